using System.Globalization;

namespace SpotifyClientCredentials.Benchmarks.Report;

/// <summary>A target and the measured value.</summary>
internal sealed record Target(string Measure, string Aim, string Measured, bool IsMet)
{
    public static Target AtMost(string measure, double value, double most, string unit) =>
        new(measure, $"≤ {Text(most)} {unit}", $"{Text(value)} {unit}", value <= most);

    public static Target AtLeast(string measure, double value, double least, string unit) =>
        new(measure, $"≥ {Text(least)} {unit}", $"{Text(value)} {unit}", value >= least);

    public static Table Tabulate(string title, IEnumerable<Target> targets) => new(
        title,
        ["Measure", "Target", "Measured", ""],
        [.. targets.Select(target => new[] { target.Measure, target.Aim, target.Measured, target.IsMet ? "met" : "**missed**" })]);

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
