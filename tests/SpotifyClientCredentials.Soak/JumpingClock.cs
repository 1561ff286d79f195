namespace SpotifyClientCredentials.Soak;

/// <summary>The system clock with a wall clock that jumps an hour forward and back. Timestamps and timers are real.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _errorInTicks;

    public void Jump(TimeSpan error) => Interlocked.Add(ref _errorInTicks, error.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _errorInTicks));
}
