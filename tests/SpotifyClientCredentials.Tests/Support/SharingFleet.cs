using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// Instances of one application, each with a provider and a log of its own, over one scripted store, one scripted token endpoint and one
/// clock. The endpoint grants <c>token-1</c>, <c>token-2</c>, … at once, unless the test takes the answer away.
/// </summary>
internal sealed class SharingFleet : IDisposable
{
    private readonly List<SharingInstance> _instances = [];

    public SharingFleet()
    {
        Store = new ScriptedStore(Clock);
        Endpoint = new ScriptedTokenSource(Clock) { Response = acquisition => acquisition.Grant() };
    }

    // One of its ticks is one of TimeSpan's, as ScriptedStore relies on.
    public WatchedTimeProvider Clock { get; } = new();

    public ScriptedStore Store { get; }

    public ScriptedTokenSource Endpoint { get; }

    public int Requests => Endpoint.Acquisitions.Count;

    /// <summary>The gate of instances that are started from now on; none where it is null.</summary>
    public Func<CancellationToken, ValueTask<IAsyncDisposable?>>? Gate { get; set; }

    public SharingInstance Start(Action<SpotifyClientCredentialsOptions>? configure = null, TimeSpan? storeTimeout = null)
    {
        SharingInstance instance = new(this, configure, storeTimeout ?? new TokenSharingOptions().StoreTimeout);
        _instances.Add(instance);
        return instance;
    }

    /// <summary>Has an instance put a token into the store, and stop.</summary>
    public async Task<AccessToken> StoreTokenAsync()
    {
        using SharingInstance other = Start();
        AccessToken token = await other.GetAsync().Within();
        await IdleAsync();
        return token;
    }

    /// <summary>Waits until nothing goes on in the background, neither an acquisition nor a call to the store: each has a time limit of its own.</summary>
    public Task IdleAsync() => Soon.UntilAsync(() => Clock.TimersPending == 0);

    /// <summary>Has an instance acquire a token for which the one that it holds is too old.</summary>
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
        TokenSharing sharing = new() { Cache = fleet.Store, StoreTimeout = storeTimeout, TryAcquireLock = fleet.Gate };
        Options = new OptionsSnapshot(TestOptions.Create(configure), new ConfigurationKeys(""), sharing);
        var logger = Logs.ForProvider();
        Source = new SharedTokenSource(fleet.Endpoint, fleet.Clock, logger, Telemetry.OfProcess);
        Provider = new ClientCredentialsTokenProvider(new OptionsSource(Options, logger), Source, fleet.Clock, logger, Telemetry.OfProcess);
    }

    public OptionsSnapshot Options { get; }

    public RecordingLoggerProvider Logs { get; } = new();

    public IReadOnlyList<string> Troubles => [.. Logs.Events(6).Select(entry => entry.Message)];

    public SharedTokenSource Source { get; }

    public ClientCredentialsTokenProvider Provider { get; }

    public Task<AccessToken> GetAsync() => Provider.GetTokenAsync().AsTask();

    public async Task<string> GetValueAsync() => (await GetAsync().Within()).Value;

    public void Dispose() => Provider.Dispose();
}
