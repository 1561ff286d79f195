using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// Instances of one application, each with its own provider and log, that share a scripted store, a scripted token endpoint and a clock. The
/// endpoint grants <c>token-1</c>, <c>token-2</c>, … immediately, unless the test removes its response.
/// </summary>
internal sealed class SharingFleet : IDisposable
{
    private readonly List<SharingInstance> _instances = [];

    public SharingFleet()
    {
        Store = new ScriptedStore(Clock);
        Endpoint = new ScriptedTokenSource(Clock) { Response = acquisition => acquisition.Grant() };
    }

    // Its timestamps count in ticks of TimeSpan, which ScriptedStore relies on.
    public WatchedTimeProvider Clock { get; } = new();

    public ScriptedStore Store { get; }

    public ScriptedTokenSource Endpoint { get; }

    public int Requests => Endpoint.Acquisitions.Count;

    /// <summary>The lock of instances that are started from now on, or null for none.</summary>
    public Func<CancellationToken, ValueTask<IAsyncDisposable?>>? TryAcquireLock { get; set; }

    public SharingInstance Start(Action<SpotifyClientCredentialsOptions>? configure = null, TimeSpan? storeTimeout = null)
    {
        SharingInstance instance = new(this, configure, storeTimeout ?? new TokenSharingOptions().StoreTimeout);
        _instances.Add(instance);
        return instance;
    }

    /// <summary>Starts an instance that stores a token, and stops it.</summary>
    public async Task<AccessToken> StoreTokenAsync()
    {
        using SharingInstance other = Start();
        AccessToken token = await other.GetAsync().Within();
        await IdleAsync();
        return token;
    }

    /// <summary>Waits until no acquisition and no call to the store is in progress: each of them has a timer.</summary>
    public Task IdleAsync() => Soon.UntilAsync(() => Clock.TimersPending == 0);

    /// <summary>Advances the clock by an hour, so that the token expires, and has an instance acquire another one.</summary>
    public async Task AcquireAnotherAsync(SharingInstance instance)
    {
        await IdleAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        int requests = Requests;
        await instance.GetValueAsync();
        Assert.Equal(requests + 1, Requests);
    }

    public void Dispose() => _instances.ForEach(instance => instance.Dispose());
}

internal sealed class SharingInstance : IDisposable
{
    public SharingInstance(SharingFleet fleet, Action<SpotifyClientCredentialsOptions>? configure, TimeSpan storeTimeout)
    {
        TokenSharingOptions sharing = new() { Cache = fleet.Store, StoreTimeout = storeTimeout, TryAcquireLock = fleet.TryAcquireLock };
        Options = TestOptions.CreateValid(options =>
        {
            options.Sharing = sharing;
            configure?.Invoke(options);
        });
        var logger = Logs.ForProvider();
        Source = new SharedTokenSource(fleet.Endpoint, fleet.Clock, logger, Telemetry.Shared);
        Provider = new ClientCredentialsTokenProvider(new OptionsSource(Options), Source, fleet.Clock, logger, Telemetry.Shared);
    }

    public OptionsSnapshot Options { get; }

    public RecordingLoggerProvider Logs { get; } = new();

    public IReadOnlyList<string> StoreFailures => [.. Logs.Events(6).Select(entry => entry.Message)];

    public SharedTokenSource Source { get; }

    public ClientCredentialsTokenProvider Provider { get; }

    public Task<AccessToken> GetAsync() => Provider.GetTokenAsync().AsTask();

    public async Task<string> GetValueAsync() => (await GetAsync().Within()).Value;

    public void Dispose() => Provider.Dispose();
}
