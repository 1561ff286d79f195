namespace SpotifyClientCredentials.Limit;

/// <summary>How many calls may be sent in any 30 seconds. A call holds a place from sending until 30 seconds after its response.</summary>
/// <param name="calls">The calls before the 429 that taught the budget, which hold places too.</param>
/// <param name="clock">The clock.</param>
internal sealed class Budget((long EndedAt, int Calls)[] calls, TimeProvider clock)
{
    private readonly Queue<(long FreeAt, int Places)> _ended = new(calls.Select(call => (FreeAt(call.EndedAt, clock), call.Calls)));
    private int _endedPlaces = calls.Sum(call => call.Calls);
    private int _inFlight;

    /// <summary>The calls that Spotify allowed in 30 seconds.</summary>
    public int Allowed { get; set; }

    /// <summary>Nine tenths of what Spotify allowed.</summary>
    public int Limit => Allowed * 9 / 10;

    /// <summary>The places that are free; below zero where more was sent before the limit was known.</summary>
    public int Free
    {
        get
        {
            while (_ended.TryPeek(out (long FreeAt, int Places) oldest) && oldest.FreeAt <= clock.GetTimestamp())
            {
                _endedPlaces -= _ended.Dequeue().Places;
            }

            return Limit - _inFlight - _endedPlaces;
        }
    }

    public void Take() => _inFlight++;

    /// <summary>A call with a place ended.</summary>
    public void End(bool wasSent)
    {
        _inFlight--;
        Add(wasSent ? 1 : 0);
    }

    /// <summary>Calls ended just now.</summary>
    public void Add(int calls)
    {
        _ended.Enqueue((FreeAt(clock.GetTimestamp(), clock), calls));
        _endedPlaces += calls;
    }

    /// <summary>The earliest time in which the next calls can have places, as far as is known.</summary>
    /// <param name="calls">The number of calls, at least one.</param>
    public TimeSpan TimeUntilFree(int calls)
    {
        // Each place is held for at least the window, so that every further round of calls waits for one more.
        TimeSpan rounds = CallHistory.Window * ((calls - 1) / Limit);
        int missing = ((calls - 1) % Limit) + 1 - Free;
        (TimeSpan time, long now) = (rounds, clock.GetTimestamp());
        // Calls in flight end now at the earliest.
        foreach ((long freeAt, int places) in _ended.Append((FreeAt(now, clock), int.MaxValue)).TakeWhile(_ => missing > 0))
        {
            missing -= places;
            time = rounds + clock.GetElapsedTime(now, freeAt);
        }

        return time;
    }

    private static long FreeAt(long endedAt, TimeProvider clock) => endedAt + ((long)CallHistory.Window.TotalSeconds * clock.TimestampFrequency);
}
