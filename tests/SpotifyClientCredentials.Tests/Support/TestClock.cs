using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>A clock that the test advances, and that counts the timers that were set and those that aren't disposed.</summary>
internal class TestClock : FakeTimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, int> _timersSet = new();
    private int _timersPending;
    private int _timersChanged;
    private Action? _onNextTimestamp;

    public int TimersSet => _timersSet.Values.Sum();

    /// <summary>The number of timers that were set for this time.</summary>
    public int TimersSetFor(TimeSpan dueTime) => _timersSet.GetValueOrDefault(dueTime);

    /// <summary>How often a timer was given another time, as by each call that begins to wait for the end of a backoff.</summary>
    public int TimersChanged => Volatile.Read(ref _timersChanged);

    public int TimersPending => Volatile.Read(ref _timersPending);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        CountedTimer timer = new(this, base.CreateTimer(callback, state, dueTime, period));
        Interlocked.Increment(ref _timersPending);
        _timersSet.AddOrUpdate(dueTime, 1, (_, count) => count + 1);
        return timer;
    }

    /// <summary>Runs an action at the next read of the timestamp, in the middle of the tested code.</summary>
    public void OnNextTimestamp(Action action) => Interlocked.Exchange(ref _onNextTimestamp, action);

    public override long GetTimestamp()
    {
        Interlocked.Exchange(ref _onNextTimestamp, null)?.Invoke();
        return base.GetTimestamp();
    }

    private sealed class CountedTimer(TestClock clock, ITimer timer) : ITimer
    {
        private int _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // Counted last: who sees it may advance the clock.
            bool hasChanged = timer.Change(dueTime, period);
            Interlocked.Increment(ref clock._timersChanged);
            return hasChanged;
        }

        public void Dispose()
        {
            timer.Dispose();
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                Interlocked.Decrement(ref clock._timersPending);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
