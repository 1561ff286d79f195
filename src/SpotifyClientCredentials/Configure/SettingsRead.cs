using SpotifyClientCredentials.Cache;

namespace SpotifyClientCredentials.Configure;

/// <summary>One read of an app's settings, on the first thread that is free for it: one of the pool as a rule.</summary>
/// <param name="read">Reads the settings, and returns the backoff after a failure, or null.</param>
/// <param name="previous">The backoff after the read before, if that failed.</param>
internal sealed class SettingsRead(Func<SettingsRead, Backoff?> read, Backoff? previous)
{
    // How long a caller that blocks leaves it to the pool. A new thread for each read would take half a millisecond of every start.
    private static readonly TimeSpan QueueLimit = TimeSpan.FromMilliseconds(20);

    private readonly TaskCompletionSource<Backoff?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _hasBegun;

    public Backoff? Previous => previous;

    /// <summary>Ends with the backoff after a failure, or with null.</summary>
    public Task<Backoff?> Ended => _result.Task;

    public void Cancel() => _result.TrySetCanceled();

    // Unsafe means: without the ExecutionContext of the caller.
    public void Queue() => ThreadPool.UnsafeQueueUserWorkItem(static queued => queued.Run(), this, preferLocal: false);

    /// <summary>Runs it on this thread, unless it has begun or was cancelled.</summary>
    public void Run()
    {
        if (!Ended.IsCompleted && Interlocked.Exchange(ref _hasBegun, 1) == 0)
        {
            _result.TrySetResult(read(this));
        }
    }

    /// <summary>Waits for a caller that blocks: CreateClient needs the BaseAddress and can't await it.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool Wait(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (Ended.Wait(QueueLimit, cancellationToken))
        {
            return true;
        }

        if (Volatile.Read(ref _hasBegun) == 0)
        {
            // All threads of the pool may be here, each waiting for one of them.
            new Thread(Run) { IsBackground = true }.UnsafeStart();
        }

        return Ended.Wait(limit - QueueLimit, cancellationToken);
    }
}
