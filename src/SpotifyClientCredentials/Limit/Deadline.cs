namespace SpotifyClientCredentials.Limit;

/// <summary>A moment that has come when either clock says so: the monotonic clock stands still while a machine sleeps.</summary>
internal readonly record struct Deadline(long At, DateTimeOffset AtUtc)
{
    public static Deadline In(TimeSpan time, TimeProvider clock) =>
        new(clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency), clock.GetUtcNow() + time);

    /// <summary>What is left, not above zero if the moment has come.</summary>
    public TimeSpan Remaining(TimeProvider clock)
    {
        TimeSpan monotonic = clock.GetElapsedTime(clock.GetTimestamp(), At);
        TimeSpan wall = AtUtc - clock.GetUtcNow();
        return monotonic < wall ? monotonic : wall;
    }
}
