using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>A provider without dependency injection, with HTTP to its own <see cref="FakeSpotify"/>.</summary>
internal sealed class TestHttpProvider : IAsyncDisposable
{
    private TestHttpProvider(FakeSpotify fake, TimeProvider? clock, Action<SpotifyClientCredentialsOptions>? configure)
    {
        Fake = fake;
        Client = fake.CreateClient();
        Client.Timeout = Timeout.InfiniteTimeSpan;
        SpotifyClientCredentialsOptions options = TestOptions.Create(fake.Configure);
        configure?.Invoke(options);
        ILogger<ClientCredentialsTokenProvider> logger = Logs.ForProvider();
        Provider = new ClientCredentialsTokenProvider(Client, options, clock, logger);
    }

    public FakeSpotify Fake { get; }

    public HttpClient Client { get; }

    public RecordingLoggerProvider Logs { get; } = new();

    public ClientCredentialsTokenProvider Provider { get; }

    public static async Task<TestHttpProvider> StartAsync(TimeProvider? clock = null, Action<SpotifyClientCredentialsOptions>? configure = null) =>
        new(await FakeSpotify.StartAsync(clock), clock, configure);

    public async ValueTask DisposeAsync()
    {
        Provider.Dispose();
        Client.Dispose();
        await Fake.DisposeAsync();
    }
}
