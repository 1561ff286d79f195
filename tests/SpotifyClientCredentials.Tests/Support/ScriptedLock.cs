namespace SpotifyClientCredentials.Tests.Support;

/// <summary>A lock that one instance at a time can acquire, and that fails, blocks or hangs as the test sets.</summary>
internal sealed class ScriptedLock
{
    private int _isAcquired;
    private int _attempts;
    private int _releases;

    public int Attempts => Volatile.Read(ref _attempts);

    public int Releases => Volatile.Read(ref _releases);

    public bool IsAcquired => Volatile.Read(ref _isAcquired) == 1;

    /// <summary>Runs before the lock is tried, if it's set.</summary>
    public Func<CancellationToken, Task>? OnAcquire { get; set; }

    /// <summary>Runs before the lock is released, if it's set.</summary>
    public Func<Task>? OnRelease { get; set; }

    /// <summary>Has another instance acquire the lock and keep it.</summary>
    public void Acquire() => Assert.Equal(0, Interlocked.Exchange(ref _isAcquired, 1));

    public void Release() => Volatile.Write(ref _isAcquired, 0);

    public ValueTask<IAsyncDisposable?> TryAcquire(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attempts);
        // Called before the task is made, so that it can throw or block.
        return TryAcquireAfterAsync(OnAcquire?.Invoke(cancellationToken) ?? Task.CompletedTask);
    }

    private async ValueTask<IAsyncDisposable?> TryAcquireAfterAsync(Task before)
    {
        await before;
        return Interlocked.Exchange(ref _isAcquired, 1) == 0 ? new Lease(this) : null;
    }

    private sealed class Lease(ScriptedLock owner) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await (owner.OnRelease?.Invoke() ?? Task.CompletedTask);
            owner.Release();
            Interlocked.Increment(ref owner._releases);
        }
    }
}
