using System.Collections.Concurrent;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A clock that the test advances and that records its timers. Its wall clock can be wrong, independently of its timestamps and timers.
/// </summary>
internal sealed class WatchedTimeProvider : TimeProvider
{
    // Not the base class, because its timers use its virtual GetUtcNow.
    private readonly TestClock _inner = new();
    private readonly ConcurrentQueue<TimeSpan> _timers = new();

    /// <summary>The due times of all timers so far. A timer is added after it has started.</summary>
    public IReadOnlyList<TimeSpan> Timers => [.. _timers];

    /// <summary>The number of timers that aren't disposed.</summary>
    public int TimersPending => _inner.TimersPending;

    /// <inheritdoc cref="TestClock.TimersChanged"/>
    public int TimersChanged => _inner.TimersChanged;

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
