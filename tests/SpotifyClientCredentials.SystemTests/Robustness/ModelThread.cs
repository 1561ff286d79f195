using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// Leaves the thread pool a single thread, on which the test and all that it has started take turns. So the test knows when nothing is left to
/// run, and a sequence of operations always runs in the same order.
/// </summary>
internal sealed class ModelThread : IDisposable
{
    // The pool can't be limited to one thread: not to fewer than there are processors, and the test host blocks some of its own.
    private readonly LimitedThreadPool _pool = new(Math.Max(Environment.ProcessorCount, 8));
    private readonly ManualResetEventSlim _isOver = new();

    public ModelThread() => OccupyAllBut(1);

    /// <summary>Lets everything run that is ready to run, and what that makes ready.</summary>
    public static async Task RestAsync()
    {
        while (ThreadPool.PendingWorkItemCount > 0)
        {
            await Task.Yield();
        }
    }

    /// <summary>Occupies the threads that the test host has given back. Call it on the single thread.</summary>
    public void OccupyOthers() => OccupyAllBut(0);

    public void Dispose()
    {
        _isOver.Set();
        _pool.Dispose();
    }

    private void OccupyAllBut(int count)
    {
        while (Free > count)
        {
            using ManualResetEventSlim isOccupied = new();
            ThreadPool.UnsafeQueueUserWorkItem(_ => Occupy(isOccupied), null);
            isOccupied.Wait();
        }
    }

    private void Occupy(ManualResetEventSlim isOccupied)
    {
        isOccupied.Set();
        _isOver.Wait();
    }

    private static int Free
    {
        get
        {
            ThreadPool.GetAvailableThreads(out int free, out _);
            return free;
        }
    }
}
