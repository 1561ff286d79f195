using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A <see cref="SplitClock"/> that knows when its next timer is due.</summary>
internal sealed class ModelClock : TimeProvider
{
    private readonly SplitClock _inner = new();
    private readonly HashSet<Timer> _timers = [];
    private readonly long _start;

    public ModelClock() => _start = _inner.GetTimestamp();

    /// <summary>The monotonic time since the start.</summary>
    public TimeSpan Now => TimeOf(_inner.GetTimestamp());

    public DateTimeOffset Wall => _inner.GetUtcNow();

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public int TimersPending => _timers.Count;

    /// <summary>When the next timer fires; null if none is set.</summary>
    public TimeSpan? NextTimer => _timers.Min(timer => timer.DueAt);

    public TimeSpan TimeOf(long timestamp) => _inner.GetElapsedTime(_start, timestamp);

    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow();

    public override long GetTimestamp() => _inner.GetTimestamp();

    /// <summary>Moves both clocks.</summary>
    public void Advance(TimeSpan time) => _inner.Advance(time);

    public void AdvanceWall(TimeSpan time) => _inner.AdvanceWall(time);

    public void AdvanceMonotonic(TimeSpan time) => _inner.AdvanceMonotonic(time);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this);
        timer.SetDue(dueTime);
        _timers.Add(timer);
        timer.Inner = _inner.CreateTimer(_ => timer.Fire(callback, state), null, dueTime, period);
        return timer;
    }

    private sealed class Timer(ModelClock clock) : ITimer
    {
        public ITimer? Inner { get; set; }

        public TimeSpan? DueAt { get; private set; }

        public void SetDue(TimeSpan dueTime) => DueAt = dueTime < TimeSpan.Zero ? null : clock.Now + dueTime;

        public void Fire(TimerCallback callback, object? state)
        {
            DueAt = null;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            SetDue(dueTime);
            return Inner!.Change(dueTime, period);
        }

        public void Dispose()
        {
            clock._timers.Remove(this);
            Inner?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
