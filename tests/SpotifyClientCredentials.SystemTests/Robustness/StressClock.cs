namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// A clock whose reads are sometimes delayed, as if the thread had lost its processor. This widens races. Its wall clock can move alone, as
/// that of a machine that sleeps.
/// </summary>
/// <remarks>No FakeTimeProvider: its Advance throws now and then if a timer is changed meanwhile.</remarks>
internal sealed class StressClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<Timer> _timers = []; // guarded by _lock
    private long _ticks = TimeSpan.TicksPerDay;
    private long _sleptTicks;

    public int TimersPending
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Delayed(Interlocked.Read(ref _ticks));

    public override DateTimeOffset GetUtcNow() =>
        Delayed(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(Interlocked.Read(ref _ticks) + Interlocked.Read(ref _sleptTicks)));

    public void Sleep(TimeSpan time) => Interlocked.Add(ref _sleptTicks, time.Ticks);

    /// <summary>Moves both clocks, and fires the timers that are due.</summary>
    public void Advance(TimeSpan time)
    {
        long now = Interlocked.Add(ref _ticks, time.Ticks);
        Timer[] due;
        lock (_lock)
        {
            due = [.. _timers.Where(timer => timer.DueAt <= now)];
            Array.ForEach(due, timer => timer.DueAt = long.MaxValue);
        }

        Array.ForEach(due, timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        lock (_lock)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    private static T Delayed<T>(T time)
    {
        if (Random.Shared.Next(50) == 0)
        {
            Thread.SpinWait(Random.Shared.Next(2000));
        }

        return time;
    }

    /// <summary>Fires once, when the clock is next advanced past its time.</summary>
    private sealed class Timer(StressClock clock, Action callback) : ITimer
    {
        /// <summary>The timestamp; guarded by the clock's lock.</summary>
        public long DueAt { get; set; } = long.MaxValue;

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                DueAt = dueTime < TimeSpan.Zero ? long.MaxValue : Interlocked.Read(ref clock._ticks) + dueTime.Ticks;
                return clock._timers.Contains(this);
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
