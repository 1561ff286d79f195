using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

[Collection(NonParallel.Name)]
public sealed class CachedTokenTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WithACachedToken_ReturnsItSynchronouslyWithoutAllocating()
    {
        AccessToken token = await _test.CacheTokenAsync();

        AssertIsTakenWithoutAllocation(token);

        Assert.Equal(1, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WhileARenewalIsInFlight_AllocatesNothing()
    {
        AccessToken token = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();
        Assert.Equal(2, _test.AcquisitionsStarted);

        AssertIsTakenWithoutAllocation(token);
    }

    [Fact]
    public async Task GetTokenAsync_DuringTheBackoffOfARenewal_AllocatesNothing()
    {
        AccessToken token = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();
        await _test.FailRenewalAsync();

        AssertIsTakenWithoutAllocation(token);

        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WithACachedToken_ReadsTheWallClockOnce()
    {
        CountingClock clock = new();
        using TestProvider test = new(clock: clock);
        await test.CacheTokenAsync();
        (clock.WallReads, clock.MonotonicReads) = (0, 0);

        test.GetCachedValue();

        Assert.Equal((1, 0), (clock.WallReads, clock.MonotonicReads));
    }

    [Fact]
    public async Task GetToken_WithACachedToken_AllocatesNothing()
    {
        AccessToken token = await _test.CacheTokenAsync();
        long before = 0;
        for (int call = 0; call < 20_000; call++)
        {
            before = call == 10_000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            if (!ReferenceEquals(token, _test.Provider.GetToken(CancellationToken.None)))
            {
                Assert.Fail("another token");
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task GetTokenAsync_WithACachedTokenAndACancelledCaller_StillReturnsIt()
    {
        AccessToken token = await _test.CacheTokenAsync();

        Assert.Same(token, await _test.Provider.GetTokenAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task GetTokenAsync_WhileAnotherThreadHoldsTheLock_StillReturnsTheToken()
    {
        AccessToken token = await _test.CacheTokenAsync();
        using ManualResetEventSlim hasLock = new();
        using ManualResetEventSlim release = new();
        // A call with a rejected token reads the clock while it holds the lock.
        _test.Clock.OnNextTimestamp(() =>
        {
            hasLock.Set();
            release.Wait(Soon.HangLimit);
        });
        Thread rejecting = new(() => _test.Provider.Reject(token));
        rejecting.Start();
        Assert.True(hasLock.Wait(Soon.HangLimit));

        Assert.Equal(token.Value, await Task.Run(_test.GetCachedValue).WaitAsync(Soon.HangLimit / 2));

        release.Set();
        rejecting.Join();
    }

    private void AssertIsTakenWithoutAllocation(AccessToken token)
    {
        long before = 0;
        for (int call = 0; call < 20_000; call++)
        {
            before = call == 10_000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            ValueTask<AccessToken> getting = _test.Provider.GetTokenAsync();
            if (!getting.IsCompletedSuccessfully || !ReferenceEquals(token, getting.Result))
            {
                Assert.Fail("not synchronous, or another token");
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class CountingClock : TestClock
    {
        public int WallReads { get; set; }

        public int MonotonicReads { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            WallReads++;
            return base.GetUtcNow();
        }

        public override long GetTimestamp()
        {
            MonotonicReads++;
            return base.GetTimestamp();
        }
    }
}
