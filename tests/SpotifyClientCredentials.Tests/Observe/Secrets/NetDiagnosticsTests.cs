using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>The limits that SECURITY.md names: which channels show a secret after all. A test that fails here means that a limit is gone.</summary>
[Collection(NonParallel.Name)]
public sealed class NetDiagnosticsTests : IDisposable
{
    private const string Token = "BQ-t0k3n_t0k3n-t0k3n";

    private readonly Observation _observation = new();

    public NetDiagnosticsTests() => _observation.Secrets.AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret).Add("token", Token);

    public void Dispose() => _observation.Dispose();

    [Fact]
    public async Task TokenEndpoint_ThatEchoesInAMalformedStatusLine_IsQuotedByNetsEventsAndActivity()
    {
        await FailAsync("no status line", basic => basic);

        Assert.Equal(["System.Net.Http", "activity"], _observation.Leaks);
    }

    [Fact]
    public async Task TokenEndpoint_ThatEchoesInAMalformedStatusLine_IsQuotedByNetsEventsOnlyIfNetsActivityIsOff()
    {
        await FailAsync("no status line", basic => basic, client => client.ConfigurePrimaryHttpMessageHandler(
            () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null }));

        Assert.Equal(["System.Net.Http"], _observation.Leaks);
    }

    [Fact]
    public async Task TokenEndpoint_ThatEchoesTheSecretInBase64_IsQuotedByTheLibrary()
    {
        await FailAsync("error_description", _ => Convert.ToBase64String(Encoding.UTF8.GetBytes(TestOptions.ClientSecret)));

        Assert.Equal(["activity", "debugger", "exception", "log"], _observation.Leaks.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TokenEndpoint_ThatEchoesTheSecretInUrlEncoding_IsQuotedByTheLibrary()
    {
        await FailAsync("error_description", _ => Uri.EscapeDataString(TestOptions.ClientSecret));

        Assert.Equal(["activity", "debugger", "exception", "log"], _observation.Leaks.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("headers")]
    [InlineData("no status line")]
    public async Task TokenEndpoint_ThatEchoes_IsQuotedByALoggerThatTheUserAdds(string place)
    {
        await FailAsync(place, basic => basic, client => client.AddDefaultLogger().RedactLoggedHeaders(_ => false)); // as version 8 does by default

        Assert.Contains("log", _observation.Leaks);
    }

    [Fact]
    public async Task Api_ThatEchoesTheTokenInAMalformedStatusLine_IsQuotedByNetsExceptionAndLogs()
    {
        await GetAsync("no status line");

        Assert.Equal(["System.Net.Http", "activity", "debugger", "exception", "log"], _observation.Leaks.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Api_ThatEchoesTheTokenInAHeader_IsLoggedIfHeaderRedactionIsOff()
    {
        await GetAsync("headers");

        Assert.Equal(["log"], _observation.Leaks);
    }

    [Fact]
    public async Task ToString_OfARequestWithTheToken_ContainsIt()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "http://127.0.0.1/");
        using BearerPipeline pipeline = new();
        _observation.Secrets.Add("token", (await pipeline.Provider.GetTokenAsync()).Value);
        AuthenticationHeaderValue header = BearerHeaderValue.GetOrCreate(await pipeline.Provider.GetTokenAsync(), pipeline.Provider.Cache);
        request.Headers.Authorization = header;

        Assert.Equal(["token"], _observation.Secrets.FindIn(request.ToString()));
        Assert.Equal(["token"], _observation.Secrets.FindIn(header.ToString()));
        Assert.Empty(_observation.Secrets.FindIn(DebuggerView.Of(header)));
    }

    /// <summary>Shows the failure of a token request whose response contains an echo. It replaces a rejected token, so that nobody waits for more.</summary>
    /// <param name="place">The place of the response that contains the echo.</param>
    /// <param name="echo">Creates the echo from the Basic value.</param>
    /// <param name="configure">Configures the token client.</param>
    private async Task FailAsync(string place, Func<string, string> echo, Action<IHttpClientBuilder>? configure = null)
    {
        int requests = 0;
        await using RawServer endpoint = new(connection => connection.SendAsync(
            Interlocked.Increment(ref requests) == 1
                ? EchoingResponses.Grant(Token)
                : EchoingResponses.In(place, echo(EchoingResponses.CredentialsIn(connection.Request)))));
        await using ServiceProvider services = Build(endpoint, app => configure?.Invoke(app.TokenClient));
        ClientCredentialsTokenProvider provider = services.GetRequiredService<ClientCredentialsTokenProvider>();
        AccessToken rejected = await provider.GetTokenAsync();
        _observation.Show(await Assert.ThrowsAsync<TokenRequestException>(() => provider.GetTokenAsync(rejected).AsTask()).Within());
    }

    /// <summary>Calls an API that echoes the token, and shows the exception, if there is one.</summary>
    private async Task GetAsync(string place)
    {
        await using RawServer server = new(connection => connection.SendAsync(
            connection.Request.StartsWith("POST", StringComparison.Ordinal)
                ? EchoingResponses.Grant(Token)
                : EchoingResponses.In(place, EchoingResponses.CredentialsIn(connection.Request))));
        await using ServiceProvider services = Build(server, app =>
            app.Services.AddHttpClient("api").AddSpotifyBearerToken().RedactLoggedHeaders(_ => false)); // as version 8 does by default
        try
        {
            using HttpResponseMessage response = await services.CreateClient("api").GetAsync("");
        }
        catch (HttpRequestException e)
        {
            _observation.Show(e);
        }
    }

    private ServiceProvider Build(RawServer server, Action<SpotifyClientCredentialsBuilder> configure) => TestContainer.Build(services =>
    {
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_observation.Log));
        configure(services.AddSpotifyClientCredentials(options =>
        {
            (options.ClientId, options.ClientSecret) = (TestOptions.ClientId, TestOptions.ClientSecret);
            (options.TokenEndpoint, options.ApiBaseAddress) = (server.Address, server.Address);
        }));
    });
}
