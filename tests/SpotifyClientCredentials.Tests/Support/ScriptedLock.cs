namespace SpotifyClientCredentials.Tests.Support;

/// <summary>A gate that lets one in at a time, and misbehaves as the test says.</summary>
internal sealed class ScriptedLock
{
    private int _inside;
    private int _asked;
    private int _left;

    public int Asked => Volatile.Read(ref _asked);

    public int Left => Volatile.Read(ref _left);

    public bool IsTaken => Volatile.Read(ref _inside) == 1;

    /// <summary>Comes before the honest answer, where it is set.</summary>
    public Func<CancellationToken, Task>? OnEnter { get; set; }

    /// <summary>Comes before leaving, where it is set.</summary>
    public Func<Task>? OnLeave { get; set; }

    /// <summary>Somebody else goes in, and stays.</summary>
    public void Take() => Assert.Equal(0, Interlocked.Exchange(ref _inside, 1));

    public void Free() => Volatile.Write(ref _inside, 0);

    public ValueTask<IAsyncDisposable?> TryEnter(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        // Called before the task is made, so that it can throw or block.
        return TryEnterAfterAsync(OnEnter?.Invoke(cancellationToken) ?? Task.CompletedTask);
    }

    private async ValueTask<IAsyncDisposable?> TryEnterAfterAsync(Task before)
    {
        await before;
        return Interlocked.Exchange(ref _inside, 1) == 0 ? new Entered(this) : null;
    }

    private sealed class Entered(ScriptedLock gate) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await (gate.OnLeave?.Invoke() ?? Task.CompletedTask);
            gate.Free();
            Interlocked.Increment(ref gate._left);
        }
    }
}
