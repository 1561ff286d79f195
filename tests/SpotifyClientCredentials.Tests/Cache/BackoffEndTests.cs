using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>What ends a backoff for those who wait for it.</summary>
public sealed class BackoffEndTests : IDisposable
{
    private readonly SplitClock _clock = new();
    private readonly TestProvider _test;

    public BackoffEndTests() => _test = new TestProvider(clock: _clock);

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WhenTheMonotonicClockEndsTheBackoff_SendsTheNextRequest()
    {
        Task<AccessToken> waiting = _test.GetAsync();
        await _test.FailAcquisitionAsync(Failures.Transient(retryAfter: TimeSpan.FromSeconds(5)));

        _clock.AdvanceMonotonic(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.Equal(1, _test.AcquisitionsStarted);
        _clock.AdvanceMonotonic(TimeSpan.FromTicks(1));
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheWallClockEndsTheBackoff_StartsTheRequestForAllWhoWait()
    {
        Task<AccessToken> waiting = _test.GetAsync();
        await _test.FailAcquisitionAsync(Failures.Transient(retryAfter: TimeSpan.FromSeconds(9)));

        _clock.AdvanceWall(TimeSpan.FromSeconds(9));
        Task<AccessToken> newcomer = _test.GetAsync();
        Assert.Equal(2, _test.AcquisitionsStarted);
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await newcomer.Within()).Value);
        Assert.Equal("token-2", (await waiting.Within()).Value);
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_AfterTheWallClockWentThroughMostOfTheBackoff_WaitsForTheRestOnly()
    {
        await _test.FailAsync(Failures.Transient(retryAfter: TimeSpan.FromSeconds(60)));
        _clock.AdvanceWall(TimeSpan.FromSeconds(55));

        Task<AccessToken> waiting = _test.GetAsync();
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(5));
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_AfterTheMachineSleptThroughALongBackoff_SendsARequest()
    {
        await _test.FailAsync(Failures.Permanent());
        _clock.AdvanceWall(TimeSpan.FromSeconds(30));

        Assert.Equal("token-2", (await _test.CacheTokenAsync()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_AfterTheWallClockWasSetBackDuringTheBackoff_WaitsNoLonger()
    {
        await _test.FailAsync(Failures.Permanent());
        _clock.AdvanceWall(-TestProvider.Hour);

        Assert.Equal(TimeSpan.FromSeconds(30), (await _test.FailImmediatelyAsync()).RetryAfter);
        _clock.AdvanceMonotonic(TimeSpan.FromSeconds(30));

        Assert.Equal("token-2", (await _test.CacheTokenAsync()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheTimerFiresBeforeTheClocksSaySo_SendsTheNextRequest()
    {
        using TestProvider early = new(clock: new EarlyClock());
        Task<AccessToken> waiting = early.GetAsync();
        await early.FailAcquisitionAsync(Failures.Transient(retryAfter: TimeSpan.FromSeconds(5)));

        early.Clock.Advance(TimeSpan.FromSeconds(5) - EarlyClock.Earliness);
        (await early.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_AfterARequestSucceeded_CountsFailuresFromZero()
    {
        await _test.FailAsync(Failures.Permanent());
        _clock.Advance(TimeSpan.FromSeconds(30));
        await _test.CacheTokenAsync();
        await Soon.UntilAsync(() => _clock.TimersPending == 0);
        _clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();

        await _test.FailRenewalAsync();

        Assert.InRange(_test.Provider.Cache.State.BackoffLeft(_clock), TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task GetTokenAsync_ForAThousandCallersDuringTheBackoff_SetsNoTimerForThem()
    {
        Task<AccessToken> first = _test.GetAsync();
        await _test.FailAcquisitionAsync();
        await Soon.UntilAsync(() => _clock.TimersPending == 1); // that of the acquisition is disposed, that of the backoff is left
        int before = _clock.TimersSet;

        Task<AccessToken>[] callers = [first, .. Enumerable.Range(0, 1_000).Select(_ => _test.GetAsync())];

        Assert.Equal((before, 1), (_clock.TimersSet, _clock.TimersPending));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        (await _test.AcquisitionAsync(2)).Grant();
        Assert.All(await Task.WhenAll(callers).Within(), token => Assert.Equal("token-2", token.Value));
        Assert.Equal(2, _test.AcquisitionsStarted);
        await Soon.UntilAsync(() => _clock.TimersPending == 0);
    }

    /// <summary>A clock whose timers fire a little early, as those of the system do: they count whole milliseconds.</summary>
    private sealed class EarlyClock : TestClock
    {
        public static readonly TimeSpan Earliness = TimeSpan.FromMilliseconds(1);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            EarlyTimer timer = new(base.CreateTimer(callback, state, dueTime, period));
            timer.Change(dueTime, period);
            return timer;
        }

        private sealed class EarlyTimer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime - Earliness, period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
