using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>
/// [B3]: store and lock end together within half of <c>TokenRequestTimeout</c>, here 5 of 10 s, whatever <c>StoreTimeout</c> says. The other
/// half is for the token request.
/// </summary>
public sealed class SharingTimeTests : IDisposable
{
    private static readonly TimeSpan OneTick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(5);

    private readonly SharingFleet _fleet = new();
    private readonly ScriptedLock _lock = new();

    public void Dispose() => _fleet.Dispose();

    [Theory]
    [InlineData(4.9, "4.9")]
    [InlineData(5.001, "5")]
    [InlineData(3600, "5")]
    public async Task GetTokenAsync_WhenTheStoreHangs_RequestsATokenAtStoreTimeoutOrHalfOfTheTimeout(double storeTimeout, string limit)
    {
        SharingInstance instance = _fleet.Start(storeTimeout: TimeSpan.FromSeconds(storeTimeout));
        _fleet.Store.OnGet = _ => new TaskCompletionSource<byte[]?>().Task;
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Store.Reads == 1);

        await AssertRequestAfterAsync(TimeSpan.FromSeconds(Math.Min(storeTimeout, 5)));

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.EndsWith($"Reading failed with TimeoutException: It took longer than {limit} s.", Assert.Single(instance.StoreFailures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetTokenAsync_WithASlowLookupAndAHangingLock_RequestsATokenAtHalfAndReleasesTheLateLock()
    {
        (SharingInstance instance, TaskCompletionSource<byte[]?> reading, TaskCompletionSource locking) = StartSlow();
        Task<AccessToken> getting = instance.GetAsync();
        await PassAsync(() => _fleet.Store.Reads == 1, TimeSpan.FromSeconds(2), () => reading.SetResult(null));
        await Soon.UntilAsync(() => _lock.Attempts == 1);

        await AssertRequestAfterAsync(TimeSpan.FromSeconds(3));

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.EndsWith("TryAcquireLock failed with TimeoutException: It took longer than 3 s.", Assert.Single(instance.StoreFailures), StringComparison.Ordinal);
        locking.SetResult();
        await Soon.UntilAsync(() => _lock.Releases == 1);
    }

    [Fact]
    public async Task GetTokenAsync_WithASlowLookupASlowLockAndAHangingLookup_RequestsATokenAtHalfWithTheLock()
    {
        (SharingInstance instance, TaskCompletionSource<byte[]?> reading, TaskCompletionSource locking) = StartSlow();
        Task<AccessToken> getting = instance.GetAsync();
        await PassAsync(() => _fleet.Store.Reads == 1, TimeSpan.FromSeconds(2), () => reading.SetResult(null));
        await PassAsync(() => _lock.Attempts == 1, TimeSpan.FromSeconds(2), locking.SetResult);
        await Soon.UntilAsync(() => _fleet.Store.Reads == 2);
        _fleet.Endpoint.Response = null;

        await AssertRequestAfterAsync(TimeSpan.FromSeconds(1));

        Assert.True(_lock.IsAcquired);
        _fleet.Endpoint.Acquisitions[0].Grant();
        Assert.Equal("token-1", (await getting.Within()).Value);
        await Soon.UntilAsync(() => _lock.Releases == 1);
    }

    [Fact]
    public async Task GetTokenAsync_WithASlowLookupAndATakenLock_RequestsATokenAtHalf()
    {
        (SharingInstance instance, TaskCompletionSource<byte[]?> reading, TaskCompletionSource locking) = StartSlow();
        _lock.Acquire();
        Task<AccessToken> getting = instance.GetAsync();
        await PassAsync(() => _fleet.Store.Reads == 1, TimeSpan.FromSeconds(2), () => reading.SetResult(null));
        await PassAsync(() => _lock.Attempts == 1, TimeSpan.FromSeconds(2), locking.SetResult);
        await Soon.UntilAsync(() => _fleet.Clock.TimersPending == 3); // of the acquisition, of the end of the wait, and of the pause before a lookup
        _fleet.Store.OnGet = _ => new TaskCompletionSource<byte[]?>().Task;

        await AssertRequestAfterAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.Empty(instance.StoreFailures); // The store had no time to fail.
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheWriteHangs_GivesItAllOfStoreTimeout()
    {
        SharingInstance instance = _fleet.Start(storeTimeout: TimeSpan.FromSeconds(20));
        _fleet.Store.OnSet = _ => new TaskCompletionSource().Task;
        await instance.GetAsync().Within();
        await Soon.UntilAsync(() => _fleet.Store.Calls.Contains("set"));

        _fleet.Clock.Advance(TimeSpan.FromSeconds(20) - OneTick);
        Assert.Empty(instance.StoreFailures);
        _fleet.Clock.Advance(OneTick);

        await Soon.UntilAsync(() => instance.StoreFailures.Count == 1);
        Assert.EndsWith("Writing failed with TimeoutException: It took longer than 20 s.", instance.StoreFailures[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AcquireAsync_WhenTimeHasPassedBefore_CountsIt()
    {
        SharingInstance instance = _fleet.Start();
        _fleet.Store.OnGet = _ => new TaskCompletionSource<byte[]?>().Task;
        Task<AcquiredToken> acquiring = Acquire(instance, elapsed: TimeSpan.FromSeconds(4));
        await Soon.UntilAsync(() => _fleet.Store.Reads == 1);

        await AssertRequestAfterAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("token-1", (await acquiring.Within()).Token.Value);
    }

    [Fact]
    public async Task AcquireAsync_WhenHalfOfTheTimeoutHasPassedBefore_RequestsATokenAtOnceAndDoesNotBlameTheStore()
    {
        SharingInstance instance = _fleet.Start();

        Assert.Equal("token-1", (await Acquire(instance, elapsed: Half).Within()).Token.Value);

        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 1);
        Assert.Equal(["set"], _fleet.Store.Calls);
        Assert.Empty(instance.StoreFailures);
    }

    /// <summary>Whoever waits for a token after a rejection waits for another instance as at a start, though the rejected token is still there.</summary>
    [Fact]
    public async Task AcquireAsync_WithoutTheLockForARejectedTokenThatIsStillUsed_ReadsTheStoreAgainAndAgain()
    {
        _fleet.TryAcquireLock = _lock.TryAcquire;
        _lock.Acquire();
        SharingInstance instance = _fleet.Start();
        AcquiredToken current = new(
            new AccessToken("rejected", _fleet.Clock.GetUtcNow() + TimeSpan.FromHours(1)), _fleet.Clock.GetTimestamp(), TimeSpan.FromHours(1), TimeSpan.FromMinutes(56));
        Task<AcquiredToken> acquiring = instance.Source.AcquireAsync(
            new AcquisitionRequest(instance.Options, _fleet.Clock.GetTimestamp()) { Current = current, IsAhead = true, Rejected = current.Token }, CancellationToken.None);

        await Soon.UntilAsync(() =>
        {
            _fleet.Clock.Advance(TimeSpan.FromMilliseconds(10));
            return _fleet.Store.Reads == 4;
        });
        Assert.Equal(0, _fleet.Requests);
        PutToken(instance, "others-token", TimeSpan.FromHours(2));
        await Soon.UntilAsync(() =>
        {
            _fleet.Clock.Advance(TimeSpan.FromMilliseconds(10));
            return acquiring.IsCompleted;
        });

        Assert.Equal(("others-token", 0), ((await acquiring).Token.Value, _fleet.Requests));
    }

    private void PutToken(SharingInstance instance, string value, TimeSpan expiresIn)
    {
        TokenSeal seal = new(instance.Options);
        _fleet.Store.Put(seal.KeyName, seal.Seal(new AccessToken(value, _fleet.Clock.GetUtcNow() + expiresIn), expiresIn));
    }

    private Task<AcquiredToken> Acquire(SharingInstance instance, TimeSpan elapsed) => instance.Source.AcquireAsync(
        new AcquisitionRequest(instance.Options, _fleet.Clock.TimestampAfter(_fleet.Clock.GetTimestamp(), -elapsed)), CancellationToken.None);

    /// <summary>An instance whose lookup and lock take as long as the test wants. Every later lookup hangs.</summary>
    private (SharingInstance Instance, TaskCompletionSource<byte[]?> Reading, TaskCompletionSource Locking) StartSlow()
    {
        TaskCompletionSource<byte[]?> reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource locking = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _fleet.TryAcquireLock = _lock.TryAcquire;
        _fleet.Store.OnGet = _ => _fleet.Store.Reads == 1 ? reading.Task : new TaskCompletionSource<byte[]?>().Task;
        _lock.OnAcquire = _ => locking.Task;
        return (_fleet.Start(storeTimeout: TimeSpan.FromHours(1)), reading, locking);
    }

    private async Task PassAsync(Func<bool> hasBegun, TimeSpan time, Action end)
    {
        await Soon.UntilAsync(hasBegun);
        _fleet.Clock.Advance(time);
        end();
    }

    private async Task AssertRequestAfterAsync(TimeSpan time)
    {
        _fleet.Clock.Advance(time - OneTick);
        Assert.Equal(0, _fleet.Requests);
        _fleet.Clock.Advance(OneTick);
        await Soon.UntilAsync(() => _fleet.Requests == 1);
    }
}
