using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>What limits a call to code of others.</summary>
public sealed class StoreCallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly TestClock _clock = new();

    [Fact]
    public async Task RunAsync_OfACallThatReturns_IsItsResult() =>
        Assert.Equal(7, await BoundedCall.RunAsync(_ => Task.FromResult(7), Limit, _clock, CancellationToken.None));

    [Fact]
    public async Task RunAsync_AlreadyCancelled_MakesNoCall()
    {
        int calls = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BoundedCall.RunAsync(
            _ => Task.FromResult(++calls), Limit, _clock, new CancellationToken(canceled: true)));

        // What the pool has been given by now has had its turn.
        await Soon.UntilAsync(() => ThreadPool.PendingWorkItemCount == 0);
        await Task.Run(() => { });
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task RunAsync_OfACallThatSucceedsAtOnce_LeavesNoTimer()
    {
        await BoundedCall.RunAsync(_ => Task.FromResult(7), Limit, _clock, CancellationToken.None);

        Assert.Equal((1, 0), (_clock.TimersSet, _clock.TimersPending));
    }

    [Fact]
    public async Task RunAsync_AtTheLimit_CancelsTheCallAndDiscardsWhatComesOfIt()
    {
        TaskCompletionSource<int> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<CancellationToken> called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<int> discarded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> running = BoundedCall.RunAsync(
            end =>
            {
                called.SetResult(end);
                return result.Task;
            },
            Limit,
            _clock,
            CancellationToken.None,
            discarded.SetResult);
        CancellationToken end = await called.Task.Within();

        _clock.Advance(Limit);

        TimeoutException timeout = await Assert.ThrowsAsync<TimeoutException>(() => running).Within();
        Assert.Equal("It did not answer within 2 s.", timeout.Message);
        Assert.True(end.IsCancellationRequested);
        result.SetResult(7);
        Assert.Equal(7, await discarded.Task.Within());
    }
}
