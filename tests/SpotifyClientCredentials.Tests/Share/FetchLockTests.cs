using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B28]: what the instance with the lock does, and what the others do.</summary>
public sealed class FetchLockTests : IDisposable
{
    private readonly SharingFleet _fleet = new();
    private readonly ScriptedLock _lock = new();

    public FetchLockTests() => _fleet.TryAcquireLock = _lock.TryAcquire;

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task GetTokenAsync_WithTheLock_ReadsAgainRequestsWritesAndThenReleasesIt()
    {
        TaskCompletionSource writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _fleet.Store.OnSet = _ => writing.Task;

        Assert.Equal("token-1", await _fleet.Start().GetValueAsync());

        await Soon.UntilAsync(() => _fleet.Store.Calls.Count == 3);
        Assert.Equal(["get", "get", "set"], _fleet.Store.Calls);
        Assert.True(_lock.IsAcquired);
        writing.SetResult();
        await Soon.UntilAsync(() => _lock.Releases == 1);
        Assert.Single(_fleet.Store.Lives);
    }

    [Fact]
    public async Task GetTokenAsync_WithTheLockWhenATokenWasStoredMeanwhile_UsesThatTokenAndReleasesIt()
    {
        SharingInstance instance = _fleet.Start();
        TokenSeal seal = new(instance.Options);
        // Between the first lookup and the lock, another instance stored a token.
        _lock.OnAcquire = _ =>
        {
            _fleet.Store.Put(seal.KeyName, seal.Seal(new AccessToken("others-token", _fleet.Clock.GetUtcNow() + TimeSpan.FromHours(1)), TimeSpan.FromHours(1)));
            return Task.CompletedTask;
        };

        Assert.Equal("others-token", await instance.GetValueAsync());

        Assert.Equal(0, _fleet.Requests);
        await Soon.UntilAsync(() => _lock.Releases == 1);
        Assert.Equal(["get", "get"], _fleet.Store.Calls);
    }

    [Fact]
    public async Task ReleaseAsync_OfALockThatWasNotAcquired_LogsNothing()
    {
        SharingInstance instance = _fleet.Start();
        FetchLock fetchLock = new(_lock.TryAcquire, TimeSpan.FromSeconds(2), instance.Options, new StoreOutage(instance.Logs.ForProvider()), _fleet.Clock);

        await fetchLock.ReleaseAsync(acquired: null);

        Assert.Empty(instance.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_WithTheLockWhenTheRequestFails_ReleasesIt()
    {
        _fleet.Endpoint.Response = acquisition => acquisition.Fail(isTransient: false);

        await Assert.ThrowsAsync<TokenRequestException>(() => _fleet.Start().GetAsync()).Within();

        await Soon.UntilAsync(() => _lock.Releases == 1);
    }

    [Fact]
    public async Task GetTokenAsync_WithTheLockWhenDisposed_ReleasesIt()
    {
        _fleet.Endpoint.Response = null;
        SharingInstance instance = _fleet.Start();
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 1);

        instance.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => getting).Within();
        await Soon.UntilAsync(() => _lock.Releases == 1);
        Assert.Equal(["get", "get"], _fleet.Store.Calls);
    }

    [Fact]
    public async Task GetTokenAsync_WithAStoredToken_DoesNotTryTheLock()
    {
        await _fleet.StoreTokenAsync();
        int asked = _lock.Attempts;

        await _fleet.Start().GetValueAsync();

        Assert.Equal(asked, _lock.Attempts);
    }

    [Fact]
    public async Task GetTokenAsync_WithoutTheLock_PollsTheStoreWithGrowingDelaysUntilATokenIsThere()
    {
        _lock.Acquire();
        SharingInstance instance = _fleet.Start();
        Task<AccessToken> getting = instance.GetAsync();
        for (int lookup = 1; lookup <= 6; lookup++)
        {
            TimeSpan delay = await DelayAsync(lookup);
            TimeSpan longest = TimeSpan.FromMilliseconds(Math.Min(1000, 50 * Math.Pow(2, lookup - 1)));
            Assert.InRange(delay, longest / 2, longest);
            if (lookup == 6)
            {
                PutToken(instance, "others-token");
            }

            _fleet.Clock.Advance(delay);
        }

        Assert.Equal("others-token", (await getting.Within()).Value);
        Assert.Equal((0, 1), (_fleet.Requests, _lock.Attempts));
        Assert.Empty(instance.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_WithoutTheLockWhenNoTokenIsStored_RequestsOneAtHalfOfTheTimeout()
    {
        _lock.Acquire();
        TaskCompletionSource responding = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _lock.OnAcquire = _ => responding.Task;
        SharingInstance instance = _fleet.Start();
        long startedAt = _fleet.Clock.GetTimestamp();
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _lock.Attempts == 1);
        // The time that the lock takes counts too.
        _fleet.Clock.Advance(TimeSpan.FromSeconds(1));
        responding.SetResult();
        int lookup = 0;
        while (_fleet.Requests == 0)
        {
            TimeSpan left = TimeSpan.FromSeconds(5) - _fleet.Clock.GetElapsedTime(startedAt);
            Assert.True(left > TimeSpan.Zero);
            TimeSpan delay = await DelayAsync(++lookup);
            if (delay < left)
            {
                _fleet.Clock.Advance(delay);
                continue;
            }

            _fleet.Clock.Advance(left - TimeSpan.FromTicks(1));
            Assert.Equal(0, _fleet.Requests);
            _fleet.Clock.Advance(TimeSpan.FromTicks(1));
            break;
        }

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.True(lookup > 5);
        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 1);
        Assert.Equal((1, 1, 0), (_fleet.Requests, _lock.Attempts, _lock.Releases));
        Assert.Empty(instance.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_WithoutTheLockWhenALookupHangs_RequestsATokenAtHalfOfTheTimeout()
    {
        _lock.Acquire();
        SharingInstance instance = _fleet.Start(options => options.TokenRequestTimeout = TimeSpan.FromSeconds(2));
        Task<AccessToken> getting = instance.GetAsync();
        TimeSpan waited = TimeSpan.Zero;
        for (int lookup = 1; lookup <= 4; lookup++)
        {
            TimeSpan delay = await DelayAsync(lookup);
            waited += delay;
            if (lookup == 4)
            {
                _fleet.Store.OnGet = _ => new TaskCompletionSource<byte[]?>().Task;
            }

            _fleet.Clock.Advance(delay);
        }

        // The lookup begins after 375 to 750 ms.
        await Soon.UntilAsync(() => _fleet.Store.Reads == 5);
        _fleet.Clock.Advance(TimeSpan.FromSeconds(1) - waited - TimeSpan.FromTicks(1));
        Assert.Equal(0, _fleet.Requests);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.Empty(instance.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_WithoutTheLockWhenTheStoreFails_RequestsATokenAtOnce()
    {
        _lock.Acquire();
        SharingInstance instance = _fleet.Start();
        Task<AccessToken> getting = instance.GetAsync();
        TimeSpan delay = await DelayAsync(1);
        _fleet.Store.OnGet = _ => throw new InvalidOperationException("scripted");

        _fleet.Clock.Advance(delay);

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.Single(instance.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_WithoutTheLockWhenTheTokenWasRejected_WaitsForAnother()
    {
        SharingInstance instance = _fleet.Start();
        AccessToken rejected = await instance.GetAsync().Within();
        await Soon.UntilAsync(() => _lock.Releases == 1);
        _lock.Acquire();
        int timers = _fleet.Clock.Timers.Count;

        Task<AccessToken> getting = instance.Provider.GetTokenAsync(rejected).AsTask();
        _fleet.Clock.Advance(await DelayAsync(1, timers));
        TimeSpan delay = await DelayAsync(2, timers);
        Assert.False(getting.IsCompleted);
        Assert.Equal("token-1", await instance.GetValueAsync());
        PutToken(instance, "others-token");
        _fleet.Clock.Advance(delay);

        Assert.Equal("others-token", (await getting.Within()).Value);
        Assert.Equal(1, _fleet.Requests);
    }

    [Fact]
    public async Task GetTokenAsync_WithoutTheLockDuringARenewal_KeepsItsTokenAndReadsTheStoreOnceMore()
    {
        SharingInstance instance = await StartDueForRenewalAsync();
        int timers = _fleet.Clock.Timers.Count;

        Assert.Equal("token-1", instance.Provider.TryGetCached()?.Value);
        TimeSpan delay = await RenewalDelayAsync(timers);
        Assert.InRange(delay, TimeSpan.FromSeconds(1.875), TimeSpan.FromSeconds(3.75));
        PutToken(instance, "others-token");
        _fleet.Clock.Advance(delay - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", instance.Provider.TryGetCached()?.Value);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));

        await Soon.UntilAsync(() => instance.Provider.TryGetCached()?.Value == "others-token");
        Assert.Equal((1, 2), (_fleet.Requests, _lock.Attempts));
    }

    [Fact]
    public async Task GetTokenAsync_WithoutTheLockDuringARenewalThatNoOtherCompletes_RequestsATokenAfterADelay()
    {
        SharingInstance instance = await StartDueForRenewalAsync();
        int timers = _fleet.Clock.Timers.Count;

        Assert.Equal("token-1", instance.Provider.TryGetCached()?.Value);
        _fleet.Clock.Advance(await RenewalDelayAsync(timers));

        await Soon.UntilAsync(() => instance.Provider.TryGetCached()?.Value == "token-2");
        Assert.Equal((2, 2), (_fleet.Requests, _lock.Attempts));
    }

    /// <summary>An instance whose token is due for renewal while another has the lock.</summary>
    private async Task<SharingInstance> StartDueForRenewalAsync()
    {
        SharingInstance instance = _fleet.Start();
        await instance.GetAsync().Within();
        await Soon.UntilAsync(() => _lock.Releases == 1);
        _fleet.Clock.Advance(TimeSpan.FromMinutes(57.5));
        _lock.Acquire();
        return instance;
    }

    /// <summary>The delay before a lookup of an instance that polls, once it has begun.</summary>
    /// <remarks>
    /// Timers are set for the acquisition, the first read, the lock, the end of the polling, and then for each delay and each read.
    /// </remarks>
    private async Task<TimeSpan> DelayAsync(int lookup, int timersBefore = 0)
    {
        int timer = timersBefore + 3 + (2 * lookup);
        await Soon.UntilAsync(() => _fleet.Clock.Timers.Count >= timer);
        return _fleet.Clock.Timers[timer - 1];
    }

    /// <summary>The delay of an instance that renews: after the acquisition, the first read, the lock and the end of the wait.</summary>
    private async Task<TimeSpan> RenewalDelayAsync(int timersBefore)
    {
        await Soon.UntilAsync(() => _fleet.Clock.Timers.Count >= timersBefore + 5);
        return _fleet.Clock.Timers[timersBefore + 4];
    }

    private void PutToken(SharingInstance instance, string value)
    {
        TokenSeal seal = new(instance.Options);
        _fleet.Store.Put(seal.KeyName, seal.Seal(new AccessToken(value, _fleet.Clock.GetUtcNow() + TimeSpan.FromHours(1)), TimeSpan.FromHours(1)));
    }
}
