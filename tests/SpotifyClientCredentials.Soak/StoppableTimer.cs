namespace SpotifyClientCredentials.Soak;

/// <summary>A timer that fires when the monotonic clock shows its time, and so not while that one stands still.</summary>
internal sealed class StoppableTimer : ITimer
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly DisturbedClock _clock;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ITimer _timer;
    private TimeSpan _dueAt;

    public StoppableTimer(DisturbedClock clock, TimerCallback callback, object? state)
    {
        _clock = clock;
        _callback = callback;
        _state = state;
        _timer = TimeProvider.System.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _dueAt = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _clock.Monotonic(_clock.RealTime) + dueTime;
            return _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look()
    {
        lock (_lock)
        {
            TimeSpan left = _dueAt - _clock.Monotonic(_clock.RealTime);
            if (left > TimeSpan.FromMilliseconds(1))
            {
                _timer.Change(left < LookAgain ? left : LookAgain, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        _callback(_state);
    }
}
