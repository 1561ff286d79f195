namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>The library and its peers with a token endpoint in memory.</summary>
internal static class Peers
{
    public const string Track = "https://api.spotify.com/v1/tracks/4cOdK2wGLETKBW3PvgPWqT";

    private const string ClientId = "benchmark-client-id";
    private const string ClientSecret = "benchmark-client-secret";

    public static void Configure(SpotifyClientCredentialsOptions options) => (options.ClientId, options.ClientSecret) = (ClientId, ClientSecret);

    public static ClientCredentialsTokenProvider Provider(Action<SpotifyClientCredentialsOptions>? configure = null)
    {
        SpotifyClientCredentialsOptions options = new();
        Configure(options);
        configure?.Invoke(options);
        return new ClientCredentialsTokenProvider(new HttpClient(new MemoryEndpoint()), options);
    }

    public static PlainTokenRequest PlainRequest(HttpClient? client = null) =>
        new(client ?? new HttpClient(new MemoryEndpoint()), MemoryEndpoint.TokenEndpoint, ClientId, ClientSecret);

    public static MsalTokens Msal() => new(new MemoryEndpoint(), MemoryEndpoint.TokenEndpoint, ClientId, ClientSecret);

    /// <summary>Creates the handler of a peer by its name.</summary>
    public static DelegatingHandler Handler(string peer) => peer switch
    {
        nameof(HandlerBenchmarks.Limit) => new LimitHandler(),
        nameof(HandlerBenchmarks.LimitClock) => new LimitClockHandler(),
        nameof(HandlerBenchmarks.LimitClockAwait) => new LimitClockAwaitHandler(),
        nameof(HandlerBenchmarks.Ours) => new BearerTokenHandler(Provider()),
        nameof(HandlerBenchmarks.Semaphore) => new TokenHandler(new SemaphoreTokens(PlainRequest()).GetAsync),
        nameof(HandlerBenchmarks.FusionCache) => new TokenHandler(new FusionCacheTokens(PlainRequest()).GetAsync),
        nameof(HandlerBenchmarks.Msal) => new TokenHandler(Msal().GetAsync),
        _ => throw new ArgumentOutOfRangeException(nameof(peer)),
    };
}
