namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// Calls that are made one after the other and wait at the same time. It knows when each of them has resumed, so that a test can let all that wait
/// decide again before it moves its clock.
/// </summary>
internal sealed class WatchedCalls(Func<Task> call)
{
    // Its value is that of the call whose continuation a thread runs, and changes back at the continuation's end.
    private static readonly AsyncLocal<WatchedCall?> Running = new(static change =>
    {
        if (change.ThreadContextChanged)
        {
            change.PreviousValue?.OnPaused();
        }
    });

    private readonly List<WatchedCall> _waiting = [];

    public int Waiting => _waiting.Count;

    /// <summary>Makes a call. Returns its task if it has ended already, or null if it waits.</summary>
    public Task? Start()
    {
        WatchedCall watched = new();
        Running.Value = watched;
        watched.Task = call();
        Running.Value = null;
        if (watched.Task.IsCompleted)
        {
            return watched.Task;
        }

        _waiting.Add(watched);
        return null;
    }

    /// <summary>Does something for which all calls wait, and returns those that have ended when each has resumed.</summary>
    public async Task<IReadOnlyList<Task>> ResumeAsync(Func<Task> cause)
    {
        int[] paused = [.. _waiting.Select(one => one.Paused)];
        await cause();
        for (int index = 0; index < paused.Length; index++)
        {
            (WatchedCall one, int before) = (_waiting[index], paused[index]);
            await Soon.UntilAsync(() => one.Task.IsCompleted || one.Paused > before);
        }

        Task[] ended = [.. _waiting.Select(one => one.Task).Where(task => task.IsCompleted)];
        _waiting.RemoveAll(one => one.Task.IsCompleted);
        return ended;
    }

    private sealed class WatchedCall
    {
        private int _paused;

        public Task Task { get; set; } = Task.CompletedTask;

        /// <summary>How often a continuation of the call has ended.</summary>
        public int Paused => Volatile.Read(ref _paused);

        public void OnPaused() => Interlocked.Increment(ref _paused);
    }
}
