using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>
/// What .NET itself shows of secrets and the library cannot keep it from showing: the limits that SECURITY.md names. A test that fails
/// here means that there is one less.
/// </summary>
[Collection(NonParallel.Name)]
public sealed class NetDiagnosticsTests : IDisposable
{
    private const string Token = "BQ-t0k3n_t0k3n-t0k3n";

    private readonly Observation _observation = new();

    public NetDiagnosticsTests() => _observation.Secrets.AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret).Add("token", Token);

    public void Dispose() => _observation.Dispose();

    [Fact]
    public async Task OwnHttpClient_WhoseEndpointEchoesInAMalformedStatusLine_ShowsItInNetsEventsAndActivityOnly()
    {
        await using RawServer endpoint = new(connection => connection.SendAsync(
            EchoingResponses.In("no status line", EchoingResponses.CredentialsIn(connection.Request))));
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
        using ClientCredentialsTokenProvider provider = new(client, Options(endpoint), logger: _observation.Log.ForProvider());

        await AssertShownByNetOnlyAsync(provider);
    }

    [Fact]
    public async Task OwnHttpClient_WhoseEndpointEchoesARejectedToken_ShowsItInNetsEventsAndActivityOnly()
    {
        int requests = 0;
        await using RawServer endpoint = new(connection => connection.SendAsync(
            Interlocked.Increment(ref requests) == 1 ? EchoingResponses.Grant(Token) : EchoingResponses.In("no status line", Token)));
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
        using ClientCredentialsTokenProvider provider = new(client, Options(endpoint), logger: _observation.Log.ForProvider());
        provider.Invalidate(await provider.GetTokenAsync());

        await AssertShownByNetOnlyAsync(provider);
    }

    [Fact]
    public async Task Api_ThatEchoesTheTokenInAMalformedStatusLine_IsQuotedByNetsExceptionAndLogs()
    {
        await using ServiceProvider services = await GetAsync(connection => EchoingResponses.In("no status line", EchoingResponses.CredentialsIn(connection.Request)));

        Assert.Equal(["System.Net.Http", "activity", "debugger", "exception", "log"], _observation.Leaks.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Api_ThatEchoesTheTokenInAHeader_IsLoggedWhereRedactionIsSwitchedOff()
    {
        await using ServiceProvider services = await GetAsync(connection => EchoingResponses.In("headers", EchoingResponses.CredentialsIn(connection.Request)));

        Assert.Equal(["log"], _observation.Leaks);
    }

    [Fact]
    public async Task RequestMessage_ThatCarriesTheToken_PrintsIt()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "http://127.0.0.1/");
        using BearerPipeline pipeline = new();
        _observation.Secrets.Add("token", (await pipeline.Provider.GetTokenAsync()).Value);
        AuthenticationHeaderValue header = (await pipeline.Provider.GetTokenAsync()).Header;
        request.Headers.Authorization = header;

        Assert.Equal(["token"], _observation.Secrets.FindIn(request.ToString()));
        Assert.Equal(["token"], _observation.Secrets.FindIn(header.ToString()));
        Assert.Empty(_observation.Secrets.FindIn(DebuggerView.Of(header)));
    }

    private async Task AssertShownByNetOnlyAsync(ClientCredentialsTokenProvider provider)
    {
        _observation.Show(await Assert.ThrowsAsync<TokenRequestException>(async () => await provider.GetTokenAsync()));

        Assert.NotEmpty(_observation.Log.Events(3));
        Assert.Equal(["System.Net.Http", "activity"], _observation.Leaks);
    }

    // What the caller of the API gets is shown, an exception as well as a response.
    private async Task<ServiceProvider> GetAsync(Func<RawConnection, string> respond)
    {
        RawServer api = new(connection => connection.SendAsync(
            connection.Request.StartsWith("POST", StringComparison.Ordinal) ? EchoingResponses.Grant(Token) : respond(connection)));
        ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_observation.Log));
            services.AddSpotifyClientCredentials(options =>
            {
                (options.ClientId, options.ClientSecret) = (TestOptions.ClientId, TestOptions.ClientSecret);
                Configure(options, api);
            });
            services.AddHttpClient("api").AddSpotifyBearerToken().RedactLoggedHeaders(_ => false); // what version 8 does by itself
        });
        try
        {
            using HttpResponseMessage response = await services.CreateClient("api").GetAsync("");
        }
        catch (HttpRequestException e)
        {
            _observation.Show(e);
        }

        await api.DisposeAsync();
        return services;
    }

    private static void Configure(SpotifyClientCredentialsOptions options, RawServer server) =>
        (options.TokenEndpoint, options.ApiBaseAddress, options.MaxRetryAttempts) = (server.Address, server.Address, 0);

    private static SpotifyClientCredentialsOptions Options(RawServer endpoint) => TestOptions.Create(options => Configure(options, endpoint));
}
