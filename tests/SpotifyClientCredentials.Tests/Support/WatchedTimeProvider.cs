using System.Collections.Concurrent;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A clock that the test advances, that tells what it was asked to wait for, and whose wall clock can be wrong without its timestamps and
/// timers noticing.
/// </summary>
internal sealed class WatchedTimeProvider : TimeProvider
{
    // Not the base class: it asks its own virtual GetUtcNow for the time of its timers.
    private readonly TestClock _inner = new();
    private readonly ConcurrentQueue<TimeSpan> _timers = new();

    /// <summary>The due times of all timers so far. One that is seen here is already running.</summary>
    public IReadOnlyList<TimeSpan> Timers => [.. _timers];

    /// <summary>How many timers nobody has disposed.</summary>
    public int TimersPending => _inner.TimersPending;

    public TimeSpan WallClockError { get; set; }

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow() + WallClockError;

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = _inner.CreateTimer(callback, state, dueTime, period);
        _timers.Enqueue(dueTime);
        return timer;
    }

    public void Advance(TimeSpan time) => _inner.Advance(time);

    public void AdvanceTo(DateTimeOffset moment) => _inner.SetUtcNow(moment);
}
