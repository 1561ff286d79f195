using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>One instance of an application that shares its token over a real store, with real sockets to a <see cref="FakeSpotify"/>.</summary>
internal sealed class SharingApp : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="fake">The server for all instances.</param>
    /// <param name="store">The instance's client of the store, disposed with it.</param>
    /// <param name="configure">Sets further options.</param>
    /// <param name="share">Sets further sharing options.</param>
    /// <param name="clock">The clock, or null for the system's.</param>
    public SharingApp(
        FakeSpotify fake,
        IDistributedCache store,
        Action<SpotifyClientCredentialsOptions>? configure = null,
        Action<TokenSharingOptions>? share = null,
        TimeProvider? clock = null)
    {
        _services = TestContainer.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
            services.AddSingleton(clock ?? TimeProvider.System);
            // Created by the container, so that the container disposes it.
            services.AddSingleton(_ => store);
            services.AddSpotifyClientCredentials(options =>
            {
                fake.Configure(options);
                configure?.Invoke(options);
            }).ShareToken(share);
        });
        Provider = _services.GetRequiredService<ClientCredentialsTokenProvider>();
        Store = store;
        KeyName = new TokenSeal(TestOptions.CreateValid(fake.Configure)).KeyName;
    }

    public RecordingLoggerProvider Logs { get; } = new();

    public ClientCredentialsTokenProvider Provider { get; }

    public IDistributedCache Store { get; }

    /// <summary>The name under which the token is stored.</summary>
    public string KeyName { get; }

    public IEnumerable<string> StoreFailures => Logs.Events(6).Select(entry => entry.Message);

    public Task<AccessToken> GetAsync() => Provider.GetTokenAsync().AsTask().Within();

    /// <summary>Waits until the store has a value that is not the given one, and returns it.</summary>
    public async Task<byte[]> StoredAsync(byte[]? before = null)
    {
        byte[]? stored = null;
        await Soon.UntilAsync(() =>
        {
            stored = Store.Get(KeyName);
            return stored is not null && (before is null || !stored.SequenceEqual(before));
        });
        return stored!;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
