using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>Calls to the application's code, with their time limit and cancellation.</summary>
public sealed class BoundedCallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly TestClock _clock = new();
    private readonly TaskCompletionSource<int> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CancellationToken> _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _discarded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task RunAsync_OfACallThatSucceeds_ReturnsItsResult() =>
        Assert.Equal(7, await BoundedCall.RunAsync(_ => Task.FromResult(7), Limit, _clock, CancellationToken.None));

    [Fact]
    public async Task RunAsync_OfACallThatSucceeds_LeavesNoTimer()
    {
        await BoundedCall.RunAsync(_ => Task.FromResult(7), Limit, _clock, CancellationToken.None);

        Assert.Equal((1, 0), (_clock.TimersSet, _clock.TimersPending));
    }

    [Fact]
    public async Task RunAsync_OfACallThatFails_ThrowsItsException()
    {
        InvalidOperationException failure = new("scripted");

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(
            () => BoundedCall.RunAsync<int>(_ => throw failure, Limit, _clock, CancellationToken.None)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_WithATokenThatIsAlreadyCancelled_MakesNoCall(bool hasLimit)
    {
        CancellationToken cancelled = new(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hasLimit
            ? BoundedCall.RunAsync(CallAsync, Limit, _clock, cancelled)
            : BoundedCall.RunAsync(CallAsync, cancelled)).Within();

        // Waits until the pool has run everything that was queued before.
        await Soon.UntilAsync(() => ThreadPool.PendingWorkItemCount == 0);
        await Task.Run(() => { });
        Assert.False(_called.Task.IsCompleted);
        Assert.Equal(0, _clock.TimersPending);
    }

    [Fact]
    public async Task RunAsync_WhenCancelled_CancelsTheCallAndDiscardsItsLateResult()
    {
        using CancellationTokenSource cancellation = new();
        Task<int> running = BoundedCall.RunAsync(CallAsync, Limit, _clock, cancellation.Token, _discarded.SetResult);
        CancellationToken end = await _called.Task.Within();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).Within();
        Assert.True(end.IsCancellationRequested);
        _result.SetResult(7);
        Assert.Equal(7, await _discarded.Task.Within());
    }

    [Fact]
    public async Task RunAsync_WhenTheCallReportsItsCancellationByAnotherException_ThrowsOperationCanceledException()
    {
        using CancellationTokenSource cancellation = new();
        Task<int> running = BoundedCall.RunAsync(CallAsync, Limit, _clock, cancellation.Token);
        await _called.Task.Within();

        using CancellationTokenRegistration failing = cancellation.Token.Register(() => _result.SetException(new InvalidOperationException("scripted")));
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).Within();
    }

    [Fact]
    public async Task RunAsync_AtTheLimit_CancelsTheCallAndDiscardsItsLateResult()
    {
        Task<int> running = BoundedCall.RunAsync(CallAsync, Limit, _clock, CancellationToken.None, _discarded.SetResult);
        CancellationToken end = await _called.Task.Within();
        _clock.Advance(Limit - TimeSpan.FromTicks(1));
        Assert.False(end.IsCancellationRequested);

        _clock.Advance(TimeSpan.FromTicks(1));

        TimeoutException timeout = await Assert.ThrowsAsync<TimeoutException>(() => running).Within();
        Assert.Equal("It took longer than 2 s.", timeout.Message);
        Assert.True(end.IsCancellationRequested);
        _result.SetResult(7);
        Assert.Equal(7, await _discarded.Task.Within());
    }

    private Task<int> CallAsync(CancellationToken end)
    {
        _called.SetResult(end);
        return _result.Task;
    }
}
