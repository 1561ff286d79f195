namespace SpotifyClientCredentials.Soak;

/// <summary>
/// The client's clock. The wall clock can be set, and each of the two clocks can stand still. Timers follow the monotonic clock, as in a process
/// that is frozen.
/// </summary>
internal sealed class DisturbedClock : TimeProvider
{
    // More than there are in the time that the server's record goes back.
    private const int MaxReadings = 200;

    private readonly Lock _lock = new();
    private readonly long _startedAt = System.GetTimestamp();
    private readonly DateTimeOffset _startedAtUtc = System.GetUtcNow();
    private volatile ClockReadings[] _readings = [new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, IsWallStopped: false, IsMonotonicStopped: false)];

    /// <summary>The time since the start. Nothing disturbs it; the server uses it.</summary>
    public TimeSpan RealTime => System.GetElapsedTime(_startedAt);

    /// <summary>When one of the clocks was disturbed, or ran again.</summary>
    public IEnumerable<TimeSpan> Changes => _readings.Skip(1).Select(readings => readings.Since);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The wall clock at some real time, as a time since the start.</summary>
    public TimeSpan Wall(TimeSpan realTime) => ReadingsAt(realTime).Wall(realTime);

    /// <summary>The monotonic clock at some real time.</summary>
    public TimeSpan Monotonic(TimeSpan realTime) => ReadingsAt(realTime).Monotonic(realTime);

    public void SetWall(TimeSpan by) => Change((readings, now) => readings.At(now) with { WallError = readings.At(now).WallError + by });

    public void StopWall(bool isStopped) => Change((readings, now) => readings.At(now) with { IsWallStopped = isStopped });

    public void StopMonotonic(bool isStopped) => Change((readings, now) => readings.At(now) with { IsMonotonicStopped = isStopped });

    public override DateTimeOffset GetUtcNow() => _startedAtUtc + Wall(RealTime);

    public override long GetTimestamp() => Monotonic(RealTime).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
        {
            throw new NotSupportedException("The library has no periodic timers.");
        }

        StoppableTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ClockReadings ReadingsAt(TimeSpan realTime)
    {
        ClockReadings[] readings = _readings;
        return Array.FindLast(readings, reading => reading.Since <= realTime) ?? readings[0];
    }

    private void Change(Func<ClockReadings, TimeSpan, ClockReadings> change)
    {
        lock (_lock)
        {
            ClockReadings[] readings = _readings;
            _readings = [.. readings.TakeLast(MaxReadings - 1), change(readings[^1], RealTime)];
        }
    }
}

/// <summary>What the two clocks show from some time on.</summary>
/// <param name="Since">The real time since which they show it.</param>
/// <param name="WallError">How much the wall clock shows more than the real time, while it runs.</param>
/// <param name="MonotonicError">The same of the monotonic clock.</param>
/// <param name="IsWallStopped">Whether the wall clock stands still.</param>
/// <param name="IsMonotonicStopped">Whether the monotonic clock stands still.</param>
internal sealed record ClockReadings(TimeSpan Since, TimeSpan WallError, TimeSpan MonotonicError, bool IsWallStopped, bool IsMonotonicStopped)
{
    public TimeSpan Wall(TimeSpan realTime) => (IsWallStopped ? Since : realTime) + WallError;

    public TimeSpan Monotonic(TimeSpan realTime) => (IsMonotonicStopped ? Since : realTime) + MonotonicError;

    public ClockReadings At(TimeSpan realTime) =>
        this with { Since = realTime, WallError = Wall(realTime) - realTime, MonotonicError = Monotonic(realTime) - realTime };
}
