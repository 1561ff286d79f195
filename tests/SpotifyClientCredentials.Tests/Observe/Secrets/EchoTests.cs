using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>A token endpoint that sends back what it was sent, in every place of an answer.</summary>
[Collection(NonParallel.Name)]
public sealed class EchoTests : IDisposable
{
    private const string Token = "BQ-t0k3n_t0k3n-t0k3n";

    private readonly Observation _observation = new();

    public EchoTests() => _observation.Secrets.AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret).Add("token", Token);

    public static TheoryData<string> Places => [.. EchoingResponses.All.Keys];

    public static TheoryData<string> PlacesQuotedByNet => [.. EchoingResponses.QuotedByNet];

    public void Dispose() => _observation.Dispose();

    [Theory]
    [MemberData(nameof(Places))]
    public Task Echo_OfTheBasicValue_IsShownByNetsActivityAtMost(string place) => AssertShownByNetsActivityAtMostAsync(place, basic => basic);

    [Theory]
    [MemberData(nameof(Places))]
    public Task Echo_OfTheSecret_IsShownByNetsActivityAtMost(string place) =>
        AssertShownByNetsActivityAtMostAsync(place, _ => Uri.EscapeDataString(TestOptions.ClientSecret));

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Echo_OfARejectedToken_IsShownByNetsActivityAtMost(string place)
    {
        int requests = 0;
        await using RawServer endpoint = new(connection => connection.SendAsync(
            Interlocked.Increment(ref requests) == 1 ? EchoingResponses.Grant(Token) : EchoingResponses.In(place, Token)));
        await using ServiceProvider services = Build(endpoint);
        ClientCredentialsTokenProvider provider = services.GetRequiredService<ClientCredentialsTokenProvider>();
        provider.Invalidate(await provider.GetTokenAsync());

        await FailAsync(provider);

        Assert.Equal(EchoingResponses.QuotedByNet.Contains(place) ? ["activity"] : [], _observation.Leaks);
    }

    [Theory]
    [MemberData(nameof(PlacesQuotedByNet))]
    public async Task Echo_WithNetsActivitySwitchedOff_IsShownNowhere(string place)
    {
        await using RawServer endpoint = Echoing(place, basic => basic);
        await using ServiceProvider services = Build(endpoint, client => client.ConfigurePrimaryHttpMessageHandler(
            () => new SocketsHttpHandler { ActivityHeadersPropagator = null }));

        await FailAsync(services.GetRequiredService<ClientCredentialsTokenProvider>());

        _observation.AssertNoLeak("log", "System.Net.Http", "System.Net.Sockets", "activity", "metric", "exception");
    }

    // No redaction knows the token of an answer that lost its frame.
    [Theory]
    [InlineData("body")]
    [InlineData("reason phrase")]
    [InlineData("malformed status line")]
    [InlineData("status line without a blank")]
    [InlineData("no status line")]
    [InlineData("malformed chunk")]
    public Task Token_OfAMisframedResponse_IsShownByNetsActivityAtMost(string place) =>
        AssertShownByNetsActivityAtMostAsync(place, _ => $$"""{"access_token":"{{Token}}"}""");

    private async Task AssertShownByNetsActivityAtMostAsync(string place, Func<string, string> echo)
    {
        await using RawServer endpoint = Echoing(place, echo);
        await using ServiceProvider services = Build(endpoint);

        await FailAsync(services.GetRequiredService<ClientCredentialsTokenProvider>());

        Assert.Single(endpoint.Requests);
        Assert.Contains(_observation.Log.Entries, entry => entry.Message.Contains("Accept: application/json", StringComparison.Ordinal));
        Assert.All(["System.Net.Http", "System.Net.Sockets", "activity", "metric"], channel => Assert.NotEmpty(_observation.Channels[channel]));
        Assert.Equal(EchoingResponses.QuotedByNet.Contains(place) ? ["activity"] : [], _observation.Leaks);
    }

    private async Task FailAsync(ClientCredentialsTokenProvider provider)
    {
        _observation.Show(await Assert.ThrowsAsync<TokenRequestException>(async () => await provider.GetTokenAsync()));
        Assert.NotEmpty(_observation.Log.Events(3)); // the library's own line about the failed attempt
    }

    private ServiceProvider Build(RawServer endpoint, Action<IHttpClientBuilder>? configure = null) => TestContainer.Build(services =>
    {
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_observation.Log));
        IHttpClientBuilder client = services.AddSpotifyClientCredentials(options =>
        {
            (options.ClientId, options.ClientSecret) = (TestOptions.ClientId, TestOptions.ClientSecret);
            options.TokenEndpoint = endpoint.Address;
            options.MaxRetryAttempts = 0;
        }).TokenClient.RedactLoggedHeaders(_ => false); // what version 8 does by itself
        configure?.Invoke(client);
    });

    private static RawServer Echoing(string place, Func<string, string> echo) => new(connection =>
        connection.SendAsync(EchoingResponses.In(place, echo(EchoingResponses.CredentialsIn(connection.Request)))));
}
