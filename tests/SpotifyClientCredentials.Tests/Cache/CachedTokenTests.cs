using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

[Collection(NonParallel.Name)]
public sealed class CachedTokenTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WithACachedToken_ReturnsItSynchronouslyWithoutAllocation()
    {
        AccessToken token = await _test.HoldAsync();

        AssertIsTakenWithoutAllocation(token);

        Assert.Equal(1, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WhileARenewalIsInFlight_AllocatesNothing()
    {
        AccessToken token = await _test.HoldAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.Take();
        Assert.Equal(2, _test.AcquisitionsStarted);

        AssertIsTakenWithoutAllocation(token);
    }

    [Fact]
    public async Task GetTokenAsync_WhileARenewalCoolsDown_AllocatesNothing()
    {
        AccessToken token = await _test.HoldAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.Take();
        await _test.FailRenewalAsync();

        AssertIsTakenWithoutAllocation(token);

        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetToken_WithACachedToken_AllocatesNothing()
    {
        AccessToken token = await _test.HoldAsync();
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
        AccessToken token = await _test.HoldAsync();

        Assert.Same(token, await _test.Provider.GetTokenAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task GetTokenAsync_WhileAnotherThreadHoldsTheLock_StillReturnsTheToken()
    {
        _test.Provider.Invalidate(await _test.HoldAsync());
        AccessToken token = await _test.HoldAsync();
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim leave = new();
        // Within the pause after a forced request Invalidate asks for the time under the lock.
        _test.Clock.OnNextTimestamp(() =>
        {
            entered.Set();
            leave.Wait(Soon.HangLimit);
        });
        Thread invalidating = new(() => _test.Provider.Invalidate(token));
        invalidating.Start();
        Assert.True(entered.Wait(Soon.HangLimit));

        Assert.Equal(token.Value, await Task.Run(_test.Take).WaitAsync(Soon.HangLimit / 2));

        leave.Set();
        invalidating.Join();
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
                Assert.Fail("not at once, or another token");
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
