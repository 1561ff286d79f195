namespace SpotifyClientCredentials.Limit;

/// <summary>How many calls of the app ended in the last 30 seconds, with a status other than 429 or without. Thread-safe without a lock.</summary>
/// <remarks>A ring of counters, one for each quarter of a second. A counter holds the number of its quarter above the count.</remarks>
internal sealed class CallHistory(TimeProvider clock)
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private const int QuartersPerSecond = 4;
    private const int CountBits = 24;

    private const int Length = 128; // more than the 120 quarters of the window, and a power of two

    private readonly long[] _allowed = new long[Length];
    private readonly long[] _others = new long[Length];

    /// <param name="wasAllowed">Whether the call got a status other than 429.</param>
    public void Add(bool wasAllowed)
    {
        long quarter = QuarterOf(clock.GetTimestamp());
        ref long counter = ref (wasAllowed ? _allowed : _others)[quarter & (Length - 1)];
        long seen = Volatile.Read(ref counter);
        // The first call of a quarter starts its counter. Where two do so at once, the second one counts like all others.
        if (seen >> CountBits == quarter || Interlocked.CompareExchange(ref counter, (quarter << CountBits) + 1, seen) != seen)
        {
            Interlocked.Increment(ref counter);
        }
    }

    /// <summary>The calls of the window, by the timestamp at which their quarter ended, oldest first.</summary>
    public IEnumerable<(long EndedAt, int Calls)> InWindow(bool wasAllowed)
    {
        long current = QuarterOf(clock.GetTimestamp());
        for (long quarter = current - (long)(Window.TotalSeconds * QuartersPerSecond) + 1; quarter <= current; quarter++)
        {
            long counter = Volatile.Read(ref (wasAllowed ? _allowed : _others)[quarter & (Length - 1)]);
            if (counter >> CountBits == quarter)
            {
                yield return ((quarter + 1) * clock.TimestampFrequency / QuartersPerSecond, (int)(counter & ((1L << CountBits) - 1)));
            }
        }
    }

    private long QuarterOf(long timestamp) => timestamp / (clock.TimestampFrequency / QuartersPerSecond);
}
