using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B28]: a lock that hangs or throws costs at most <c>StoreTimeout</c>.</summary>
[Collection(NonParallel.Name)]
public sealed class LockTroubleTests : IDisposable
{
    private readonly SharingFleet _fleet = new();
    private readonly ScriptedLock _lock = new();
    private readonly ManualResetEventSlim _block = new();
    private readonly TaskCompletionSource _late = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LockTroubleTests() => _fleet.TryAcquireLock = _lock.TryAcquire;

    public void Dispose()
    {
        _block.Set();
        _fleet.Dispose();
    }

    [Theory]
    [InlineData("throws at once")]
    [InlineData("fails")]
    [InlineData("cancels itself")]
    public async Task GetTokenAsync_WhenTheLockFails_RequestsATokenAtOnceAndLogsOncePerOutage(string failure)
    {
        SharingInstance instance = _fleet.Start();
        _lock.OnAcquire = _ => failure switch
        {
            "throws at once" => throw new InvalidOperationException("scripted"),
            "fails" => Task.FromException(new InvalidOperationException("scripted")),
            _ => Task.FromCanceled(new CancellationToken(canceled: true)),
        };

        Assert.Equal("token-1", await instance.GetValueAsync());
        await _fleet.AcquireAnotherAsync(instance);
        Assert.StartsWith(
            "Sharing the access token of app '(unnamed)' failed, and this instance continues without it: TryAcquireLock failed with ",
            Assert.Single(instance.StoreFailures),
            StringComparison.Ordinal);

        Func<CancellationToken, Task> failing = _lock.OnAcquire;
        _lock.OnAcquire = null;
        await _fleet.AcquireAnotherAsync(instance);
        await Soon.UntilAsync(() => !_lock.IsAcquired);
        _lock.OnAcquire = failing;
        await _fleet.AcquireAnotherAsync(instance);
        Assert.Equal(2, instance.StoreFailures.Count);
    }

    [Theory]
    [InlineData("never responds")]
    [InlineData("blocks")]
    public async Task GetTokenAsync_WhenTheLockDoesNotRespond_RequestsATokenAfterTheStoreTimeout(string silence)
    {
        SharingInstance instance = _fleet.Start();
        _lock.OnAcquire = _ =>
        {
            if (silence == "blocks")
            {
                _block.Wait(CancellationToken.None);
            }

            return new TaskCompletionSource().Task;
        };

        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _lock.Attempts == 1);
        _fleet.Clock.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.Equal(0, _fleet.Requests);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.Equal(
            "Sharing the access token of app '(unnamed)' failed, and this instance continues without it: TryAcquireLock failed with TimeoutException: It took longer than 2 s.",
            Assert.Single(instance.StoreFailures));
        Assert.Equal(1, _fleet.Store.Reads);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheLockRespondsTooLate_ReleasesIt()
    {
        SharingInstance instance = _fleet.Start();
        _lock.OnAcquire = _ => _late.Task;
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _lock.Attempts == 1);
        _fleet.Clock.Advance(TimeSpan.FromSeconds(2));
        await getting.Within();

        _late.SetResult();

        await Soon.UntilAsync(() => _lock.Releases == 1);
        Assert.False(_lock.IsAcquired);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheLockRespondsAfterDispose_ReleasesIt()
    {
        SharingInstance instance = _fleet.Start();
        _lock.OnAcquire = _ => _late.Task;
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _lock.Attempts == 1);

        instance.Provider.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => getting).Within();
        _late.SetResult();

        await Soon.UntilAsync(() => _lock.Releases == 1);
        Assert.Empty(instance.StoreFailures);
        Assert.Equal(0, _fleet.Requests);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoreFails_DoesNotTryTheLock()
    {
        SharingInstance instance = _fleet.Start();
        _fleet.Store.OnGet = _ => throw new InvalidOperationException("scripted");

        Assert.Equal("token-1", await instance.GetValueAsync());

        Assert.Equal(0, _lock.Attempts);
    }

    [Fact]
    public async Task GetTokenAsync_WhenReleasingTheLockFails_ReturnsTheTokenAndLogsIt()
    {
        SharingInstance instance = _fleet.Start();
        _lock.OnRelease = () => throw new InvalidOperationException("scripted");

        Assert.Equal("token-1", await instance.GetValueAsync());

        await Soon.UntilAsync(() => instance.StoreFailures.Count == 1);
        Assert.EndsWith("Releasing what TryAcquireLock acquired failed with InvalidOperationException: scripted", instance.StoreFailures[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task LockTrouble_WithASecretAndAPasswordInAnAddress_ShowsThemRedacted()
    {
        SharingInstance instance = _fleet.Start();
        _lock.OnAcquire = _ => throw new InvalidOperationException($"'{instance.Options.ClientSecret}' for amqp://user:pw@lock");

        await instance.GetValueAsync();

        Assert.EndsWith("TryAcquireLock failed with InvalidOperationException: '[redacted]' for amqp://[redacted]@lock", Assert.Single(instance.StoreFailures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetTokenAsync_WhenReleasingTheLockHangs_ReturnsTheToken()
    {
        SharingInstance instance = _fleet.Start();
        _lock.OnRelease = () => new TaskCompletionSource().Task;

        Assert.Equal("token-1", await instance.GetValueAsync());
        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 1);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheLockExpires_RequestsASecondTokenAndNoMore()
    {
        // The lock expires while one instance still has it, and another acquires it.
        _fleet.Endpoint.Response = null;
        SharingInstance first = _fleet.Start();
        SharingInstance second = _fleet.Start();
        Task<AccessToken> getting = first.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 1);
        _lock.Release();
        Task<AccessToken> alsoGetting = second.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 2);

        _fleet.Endpoint.Acquisitions[0].Grant();
        _fleet.Endpoint.Acquisitions[1].Grant();

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.Equal("token-2", (await alsoGetting.Within()).Value);
        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 2);
        Assert.StartsWith("token-", await _fleet.Start().GetValueAsync(), StringComparison.Ordinal);
        Assert.Equal(2, _fleet.Requests);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoreReportsItsCancellationByAnotherException_RequestsATokenAfterTheWait()
    {
        _lock.Acquire();
        SharingInstance instance = _fleet.Start();
        _fleet.Store.OnGet = end => _fleet.Store.Reads == 1 ? Task.FromResult<byte[]?>(null) : FailWhenCancelledAsync(end);
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() =>
        {
            _fleet.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return getting.IsCompleted;
        });

        Assert.Equal("token-1", (await getting).Value);

        static async Task<byte[]?> FailWhenCancelledAsync(CancellationToken end)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidOperationException("scripted");
        }
    }

    [Fact]
    public async Task GetTokenAsync_WithTheLockWhenTheEndpointIgnoresCancellation_ReleasesItAtTheTimeout()
    {
        SharingInstance instance = _fleet.Start();
        _fleet.Endpoint.Response = null;
        _fleet.Endpoint.HonorsCancellation = false;
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 1);

        _fleet.Clock.Advance(instance.Options.TokenRequestTimeout);

        await Assert.ThrowsAsync<TokenRequestException>(() => getting.Within());
        await Soon.UntilAsync(() => _lock.Releases == 1);
    }

    [Fact]
    public async Task GetTokenAsync_WithTheLockWhenTheEndpointFailsTooLate_LeavesNoExceptionUnobserved()
    {
        using Unobserved unobserved = new();
        await TroubleAsync();

        await unobserved.CollectAsync();

        Assert.DoesNotContain(unobserved.Exceptions, exception => exception.Message == "scripted, late");

        async Task TroubleAsync()
        {
            using SharingFleet fleet = new() { TryAcquireLock = _lock.TryAcquire };
            SharingInstance instance = fleet.Start();
            fleet.Endpoint.Response = null;
            fleet.Endpoint.HonorsCancellation = false;
            Task<AccessToken> getting = instance.GetAsync();
            await Soon.UntilAsync(() => fleet.Requests == 1);
            fleet.Clock.Advance(instance.Options.TokenRequestTimeout);
            await Assert.ThrowsAsync<TokenRequestException>(() => getting.Within());
            fleet.Endpoint.Acquisitions[0].Fail(new TokenRequestException("scripted, late", isTransient: true));
        }
    }
}
