namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The outcomes of calls, as measured by the callers.</summary>
internal sealed record Tally
{
    public int Calls { get; init; }

    public int Failed { get; init; }

    public TimeSpan SlowestCall { get; init; }

    /// <summary>The longest wait of a call for its token: its time minus the time spent on the Web API.</summary>
    public TimeSpan LongestTokenWait { get; init; }

    /// <summary>The durations of token requests, as measured by the clients.</summary>
    public Durations Fetches { get; init; } = new();

    public Durations StoreReads { get; init; } = new();

    public Durations StoreWrites { get; init; } = new();

    /// <summary>Descriptions of some failures.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    public static Tally Sum(IReadOnlyCollection<Tally> tallies) => new()
    {
        Calls = tallies.Sum(tally => tally.Calls),
        Failed = tallies.Sum(tally => tally.Failed),
        SlowestCall = tallies.Max(tally => tally.SlowestCall),
        LongestTokenWait = tallies.Max(tally => tally.LongestTokenWait),
        Fetches = Durations.Sum(tallies.Select(tally => tally.Fetches)),
        StoreReads = Durations.Sum(tallies.Select(tally => tally.StoreReads)),
        StoreWrites = Durations.Sum(tallies.Select(tally => tally.StoreWrites)),
        Failures = [.. tallies.SelectMany(tally => tally.Failures).Distinct().Take(5)],
    };
}

/// <summary>Count, total and maximum of several durations.</summary>
internal sealed record Durations
{
    public int Count { get; init; }

    public TimeSpan Total { get; init; }

    public TimeSpan Longest { get; init; }

    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : Total / Count;

    public Durations With(TimeSpan duration) =>
        new() { Count = Count + 1, Total = Total + duration, Longest = duration > Longest ? duration : Longest };

    public static Durations Sum(IEnumerable<Durations> all) => all.Aggregate(new Durations(), (sum, next) => new Durations
    {
        Count = sum.Count + next.Count,
        Total = sum.Total + next.Total,
        Longest = next.Longest > sum.Longest ? next.Longest : sum.Longest,
    });
}
