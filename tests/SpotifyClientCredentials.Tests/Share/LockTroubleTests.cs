using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B27]: a gate that hangs or throws costs at most <c>StoreTimeout</c>.</summary>
[Collection(NonParallel.Name)]
public sealed class LockTroubleTests : IDisposable
{
    private readonly SharingFleet _fleet = new();
    private readonly ScriptedLock _gate = new();
    private readonly ManualResetEventSlim _block = new();
    private readonly TaskCompletionSource _late = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LockTroubleTests() => _fleet.Gate = _gate.TryEnter;

    public void Dispose()
    {
        _block.Set();
        _fleet.Dispose();
    }

    [Theory]
    [InlineData("throws at once")]
    [InlineData("fails")]
    [InlineData("is cancelled of its own")]
    public async Task GetTokenAsync_AtALockThatFails_GoesAloneAtOnceAndLogsOncePerOutage(string failure)
    {
        SharingInstance instance = _fleet.Start();
        _gate.OnEnter = _ => failure switch
        {
            "throws at once" => throw new InvalidOperationException("scripted"),
            "fails" => Task.FromException(new InvalidOperationException("scripted")),
            _ => Task.FromCanceled(new CancellationToken(canceled: true)),
        };

        Assert.Equal("token-1", await instance.GetValueAsync());
        await _fleet.AcquireAnotherAsync(instance);
        Assert.StartsWith(
            "Sharing the access token of app '(unnamed)' is in trouble, and this instance goes on alone: TryAcquireLock failed with ",
            Assert.Single(instance.Troubles),
            StringComparison.Ordinal);

        Func<CancellationToken, Task> failing = _gate.OnEnter;
        _gate.OnEnter = null;
        await _fleet.AcquireAnotherAsync(instance);
        await Soon.UntilAsync(() => !_gate.IsTaken);
        _gate.OnEnter = failing;
        await _fleet.AcquireAnotherAsync(instance);
        Assert.Equal(2, instance.Troubles.Count);
    }

    [Theory]
    [InlineData("never answers")]
    [InlineData("blocks")]
    public async Task GetTokenAsync_AtALockThatIsSilent_GoesAloneAfterTheStoreTimeout(string silence)
    {
        SharingInstance instance = _fleet.Start();
        _gate.OnEnter = _ =>
        {
            if (silence == "blocks")
            {
                _block.Wait(CancellationToken.None);
            }

            return new TaskCompletionSource().Task;
        };

        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _gate.Asked == 1);
        _fleet.Clock.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.Equal(0, _fleet.Requests);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.Equal(
            "Sharing the access token of app '(unnamed)' is in trouble, and this instance goes on alone: TryAcquireLock failed with TimeoutException: It did not answer within 2 s.",
            Assert.Single(instance.Troubles));
        Assert.Equal(1, _fleet.Store.Reads);
    }

    [Fact]
    public async Task GetTokenAsync_AtALockThatRespondsTooLate_LeavesItAgain()
    {
        SharingInstance instance = _fleet.Start();
        _gate.OnEnter = _ => _late.Task;
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _gate.Asked == 1);
        _fleet.Clock.Advance(TimeSpan.FromSeconds(2));
        await getting.Within();

        _late.SetResult();

        await Soon.UntilAsync(() => _gate.Left == 1);
        Assert.False(_gate.IsTaken);
    }

    [Fact]
    public async Task GetTokenAsync_DisposedAtALockThatRespondsTooLate_LeavesItAgain()
    {
        SharingInstance instance = _fleet.Start();
        _gate.OnEnter = _ => _late.Task;
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _gate.Asked == 1);

        instance.Provider.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => getting).Within();
        _late.SetResult();

        await Soon.UntilAsync(() => _gate.Left == 1);
        Assert.Empty(instance.Troubles);
        Assert.Equal(0, _fleet.Requests);
    }

    [Fact]
    public async Task GetTokenAsync_WithAStoreThatFails_TriesNoLock()
    {
        SharingInstance instance = _fleet.Start();
        _fleet.Store.OnGet = _ => throw new InvalidOperationException("scripted");

        Assert.Equal("token-1", await instance.GetValueAsync());

        Assert.Equal(0, _gate.Asked);
    }

    [Fact]
    public async Task GetTokenAsync_AtALockThatFailsToBeLeft_LosesNothingAndLogsIt()
    {
        SharingInstance instance = _fleet.Start();
        _gate.OnLeave = () => throw new InvalidOperationException("scripted");

        Assert.Equal("token-1", await instance.GetValueAsync());

        await Soon.UntilAsync(() => instance.Troubles.Count == 1);
        Assert.EndsWith("Leaving what TryAcquireLock entered failed with InvalidOperationException: scripted", instance.Troubles[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetTokenAsync_AtALockThatTakesForEverToLeave_ReturnsTheTokenBefore()
    {
        SharingInstance instance = _fleet.Start();
        _gate.OnLeave = () => new TaskCompletionSource().Task;

        Assert.Equal("token-1", await instance.GetValueAsync());
        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 1);
    }

    [Fact]
    public async Task GetTokenAsync_AtALockThatWasLost_RequestsASecondTokenAndNoMore()
    {
        // The lock expires while its holder is still inside, and another goes in.
        _fleet.Endpoint.Response = null;
        SharingInstance first = _fleet.Start();
        SharingInstance second = _fleet.Start();
        Task<AccessToken> getting = first.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 1);
        _gate.Free();
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
    public async Task GetTokenAsync_WithAStoreThatTellsOfItsCancellationInAnExceptionOfItsOwn_GoesAloneWhenItHasWaitedEnough()
    {
        _gate.Take();
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
    public async Task GetTokenAsync_HoldingTheLockWithAnEndpointThatHeedsNoCancellation_LeavesItAtTheTimeLimit()
    {
        SharingInstance instance = _fleet.Start();
        _fleet.Endpoint.Response = null;
        _fleet.Endpoint.HeedsCancellation = false;
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 1);

        _fleet.Clock.Advance(instance.Options.TokenRequestTimeout);

        await Assert.ThrowsAsync<TokenRequestException>(() => getting.Within());
        await Soon.UntilAsync(() => _gate.Left == 1);
    }

    [Fact]
    public async Task GetTokenAsync_HoldingTheLockWithAnEndpointThatFailsTooLate_LeavesNoExceptionUnobserved()
    {
        using Unobserved unobserved = new();
        await TroubleAsync();

        await unobserved.CollectAsync();

        Assert.DoesNotContain(unobserved.Exceptions, exception => exception.Message == "scripted, late");

        async Task TroubleAsync()
        {
            using SharingFleet fleet = new() { Gate = _gate.TryEnter };
            SharingInstance instance = fleet.Start();
            fleet.Endpoint.Response = null;
            fleet.Endpoint.HeedsCancellation = false;
            Task<AccessToken> getting = instance.GetAsync();
            await Soon.UntilAsync(() => fleet.Requests == 1);
            fleet.Clock.Advance(instance.Options.TokenRequestTimeout);
            await Assert.ThrowsAsync<TokenRequestException>(() => getting.Within());
            fleet.Endpoint.Acquisitions[0].Fail(new TokenRequestException("scripted, late", isTransient: true));
        }
    }
}
