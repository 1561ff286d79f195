namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>How calls ended, as those who made them saw it.</summary>
internal sealed record Tally
{
    public int Calls { get; init; }

    public int Failed { get; init; }

    public TimeSpan SlowestCall { get; init; }

    /// <summary>The longest that a call waited for its token: what of it was not spent on the Web API.</summary>
    public TimeSpan SlowestToken { get; init; }

    /// <summary>Token requests, as those who sent them saw them.</summary>
    public Durations Fetches { get; init; } = new();

    public Durations StoreReads { get; init; } = new();

    public Durations StoreWrites { get; init; } = new();

    /// <summary>What some of the failures were.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    public static Tally Sum(IReadOnlyCollection<Tally> tallies) => new()
    {
        Calls = tallies.Sum(tally => tally.Calls),
        Failed = tallies.Sum(tally => tally.Failed),
        SlowestCall = tallies.Max(tally => tally.SlowestCall),
        SlowestToken = tallies.Max(tally => tally.SlowestToken),
        Fetches = Durations.Sum(tallies.Select(tally => tally.Fetches)),
        StoreReads = Durations.Sum(tallies.Select(tally => tally.StoreReads)),
        StoreWrites = Durations.Sum(tallies.Select(tally => tally.StoreWrites)),
        Failures = [.. tallies.SelectMany(tally => tally.Failures).Distinct().Take(5)],
    };
}

/// <summary>How long something took, each time that it was done.</summary>
internal sealed record Durations
{
    public int Count { get; init; }

    public TimeSpan Total { get; init; }

    public TimeSpan Longest { get; init; }

    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : Total / Count;

    public Durations With(TimeSpan duration) =>
        new() { Count = Count + 1, Total = Total + duration, Longest = duration > Longest ? duration : Longest };

    public static Durations Sum(IEnumerable<Durations> all) => all.Aggregate(new Durations(), (sum, one) => new Durations
    {
        Count = sum.Count + one.Count,
        Total = sum.Total + one.Total,
        Longest = one.Longest > sum.Longest ? one.Longest : sum.Longest,
    });
}
