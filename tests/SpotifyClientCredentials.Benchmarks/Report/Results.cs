using System.Globalization;

namespace SpotifyClientCredentials.Benchmarks.Report;

/// <summary>What a command found.</summary>
/// <param name="Details">All of it.</param>
/// <param name="Summary">What README.md shows of it.</param>
/// <param name="Targets">What was aimed at.</param>
internal sealed record Results(IReadOnlyList<Table> Details, IReadOnlyList<Table> Summary, IReadOnlyList<Target> Targets)
{
    /// <summary>For a terminal.</summary>
    public string Whole(string title) => string.Join($"{Environment.NewLine}{Environment.NewLine}", [.. Details, .. Summary, Target.Tabulate(title, Targets)]);

    /// <summary>For README.md.</summary>
    public string Short => string.Join($"{Environment.NewLine}{Environment.NewLine}", [.. Summary, Verdict]);

    private string Verdict
    {
        get
        {
            Target[] missed = [.. Targets.Where(target => !target.IsMet)];
            string count = string.Create(CultureInfo.InvariantCulture, $"{Targets.Count - missed.Length} of {Targets.Count} targets were met.");
            return string.Join(' ', [count, .. missed.Select(target => $"Missed: {target.Measure}, {target.Measured} ({target.Aim}).")]);
        }
    }
}
