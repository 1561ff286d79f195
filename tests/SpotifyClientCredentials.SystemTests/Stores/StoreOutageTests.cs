using Microsoft.Extensions.Caching.Distributed;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>Sharing over a <c>redis-server</c> that is killed, frozen and restarted.</summary>
public sealed class StoreOutageTests : IAsyncLifetime
{
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(2);

    private readonly TestClock _clock = new();
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync(_clock);

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [RedisFact]
    public Task GetTokenAsync_WhenTheStoreIsKilled_RequestsATokenAndLogsOnce() => WithServerAsync(async server =>
    {
        await using SharingApp app = new(_fake, server.Connect(), clock: _clock);
        string first = (await app.GetAsync()).Value;
        await app.StoredAsync();
        await IdleAsync();

        await server.KillAsync();
        Assert.NotEqual(first, await AcquireWithoutStoreAsync(app));
        await AcquireWithoutStoreAsync(app);

        Assert.Equal(3, _fake.TokenRequests.Count);
        Assert.Single(app.StoreFailures);
        await server.RestartAsync();
    });

    [RedisFact]
    public Task GetTokenAsync_WhenTheStoreWasNeverReachable_RequestsAToken() => WithServerAsync(async server =>
    {
        await server.KillAsync();
        await using SharingApp app = new(_fake, server.Connect(), clock: _clock);

        await AcquireWithoutStoreAsync(app);

        Assert.Single(_fake.TokenRequests);
        Assert.Single(app.StoreFailures);
        await server.RestartAsync();
    });

    [RedisFact]
    public Task GetTokenAsync_WhenTheStoreIsFrozen_RequestsATokenAfterStoreTimeout() => WithServerAsync(async server =>
    {
        await using SharingApp app = new(_fake, server.Connect(), clock: _clock);
        await app.GetAsync();
        await app.StoredAsync();
        await IdleAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        int timers = _clock.TimersSet;
        server.Freeze();

        Task<AccessToken> getting = app.Provider.GetTokenAsync().AsTask();
        // The timers of the acquisition and of the read.
        await Soon.UntilAsync(() => _clock.TimersSet == timers + 2);
        _clock.Advance(StoreTimeout - TimeSpan.FromTicks(1));
        Assert.Single(_fake.TokenRequests);
        _clock.Advance(TimeSpan.FromTicks(1));

        await getting.Within();
        Assert.Equal(2, _fake.TokenRequests.Count);
        Assert.EndsWith("Reading failed with TimeoutException: It took longer than 2 s.", Assert.Single(app.StoreFailures), StringComparison.Ordinal);
        server.Thaw();
    });

    [RedisFact]
    public Task GetTokenAsync_WhenTheStoreIsBack_SharesAgain() => WithServerAsync(async server =>
    {
        await using SharingApp app = new(_fake, server.Connect(), clock: _clock);
        await app.GetAsync();
        await app.StoredAsync();
        await IdleAsync();
        await server.KillAsync();
        await AcquireWithoutStoreAsync(app);
        await server.RestartAsync();
        IDistributedCache store = server.Connect();

        // The Redis client takes a while to notice that the server is back.
        string token = "";
        await Soon.UntilAsync(() =>
        {
            token = AcquireAnotherAsync(app).GetAwaiter().GetResult();
            IdleAsync().GetAwaiter().GetResult();
            return store.Get(app.KeyName) is not null;
        });
        await using SharingApp other = new(_fake, store, clock: _clock);

        Assert.Equal(token, (await other.GetAsync()).Value);
        Assert.Single(app.StoreFailures);
    });

    private static async Task WithServerAsync(Func<RedisServerStore, Task> test)
    {
        await using RedisServerStore server = await RedisServerStore.StartAsync();
        await test(server);
    }

    private Task IdleAsync() => Soon.UntilAsync(() => _clock.TimersPending == 0);

    /// <summary>Lets the token expire and acquires the next one.</summary>
    private async Task<string> AcquireAnotherAsync(SharingApp app)
    {
        await IdleAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        return (await app.GetAsync()).Value;
    }

    /// <summary>The same while the store does not respond: advances the clock past each store call, for which the Redis client would wait five seconds of real time.</summary>
    private async Task<string> AcquireWithoutStoreAsync(SharingApp app)
    {
        _clock.Advance(TimeSpan.FromHours(1));
        int timers = _clock.TimersSet;
        Task<AccessToken> getting = app.Provider.GetTokenAsync().AsTask();
        // The timers of the acquisition and of the read.
        await Soon.UntilAsync(() => _clock.TimersSet >= timers + 2);
        _clock.Advance(StoreTimeout);
        AccessToken token = await getting.Within();
        await Soon.UntilAsync(() =>
        {
            _clock.Advance(StoreTimeout);
            return _clock.TimersPending == 0;
        });
        return token.Value;
    }
}
