using System.Globalization;

namespace SpotifyClientCredentials.Benchmarks.Report;

/// <summary>The results of a command.</summary>
/// <param name="Details">The tables of the individual measurements.</param>
/// <param name="Summary">The tables for the README.</param>
/// <param name="Targets">The targets and whether they were met.</param>
internal sealed record Results(IReadOnlyList<Table> Details, IReadOnlyList<Table> Summary, IReadOnlyList<Target> Targets)
{
    /// <summary>Formats everything for a terminal.</summary>
    public string ToText(string title) => string.Join($"{Environment.NewLine}{Environment.NewLine}", [.. Details, .. Summary, Target.Tabulate(title, Targets)]);

    /// <summary>Formats the summary for the README.</summary>
    public string ToReadmeText() => string.Join($"{Environment.NewLine}{Environment.NewLine}", [.. Summary, Verdict]);

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
