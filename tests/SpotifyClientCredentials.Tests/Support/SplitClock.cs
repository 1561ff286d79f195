namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A clock whose wall time and monotonic time move separately: a machine that sleeps moves only the first, and a corrected wall clock leaves
/// the second. Timers follow the monotonic time.
/// </summary>
/// <remarks>FakeTimeProvider moves both together, in <c>AdjustTime</c> too.</remarks>
internal sealed class SplitClock : TestClock
{
    private long _wallOffsetTicks;

    /// <summary>The time by which the wall clock is ahead of the monotonic one.</summary>
    public TimeSpan WallOffset => TimeSpan.FromTicks(Interlocked.Read(ref _wallOffsetTicks));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallOffset;

    // FakeTimeProvider takes its timestamp from GetUtcNow.
    public override long GetTimestamp() => base.GetTimestamp() - WallOffset.Ticks;

    /// <summary>Moves the wall clock alone, forwards or back.</summary>
    public void AdvanceWall(TimeSpan time) => Interlocked.Add(ref _wallOffsetTicks, time.Ticks);

    /// <summary>Moves the monotonic clock alone, and fires the timers that are due.</summary>
    public void AdvanceMonotonic(TimeSpan time)
    {
        AdvanceWall(-time);
        Advance(time);
    }
}
