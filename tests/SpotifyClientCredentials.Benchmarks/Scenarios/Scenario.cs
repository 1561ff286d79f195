using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>A situation of an application, and its outcome for each contender.</summary>
/// <param name="Title">The title of its table.</param>
/// <param name="Columns">The names of the figures.</param>
/// <param name="Count">Runs the situation and returns the figures in the order of the columns.</param>
/// <param name="Targets">The targets for the figures of the library, which is the first contender.</param>
/// <param name="Headline">The most important figure, for a table with one row per scenario.</param>
/// <param name="FormatHeadline">Formats that figure.</param>
internal sealed record Scenario(
    string Title,
    string[] Columns,
    Func<World, Call, Task<double[]>> Count,
    Func<double[], IEnumerable<Target>> Targets,
    string Headline,
    Func<double[], string> FormatHeadline)
{
    /// <param name="isSequential">Whether the contenders run one after another instead of concurrently.</param>
    public async Task<(Table Table, string[] Headlines, IEnumerable<Target> Targets)> RunAllAsync(bool isSequential)
    {
        List<Task<double[]>> runs = [];
        foreach (Contender contender in Contender.All)
        {
            runs.Add(RunAsync(contender));
            await (isSequential ? runs[^1] : Task.CompletedTask);
        }

        double[][] figures = await Task.WhenAll(runs);
        string[][] rows = [.. Contender.All.Zip(figures, (contender, counted) => (string[])[contender.Name, .. counted.Select(Text)])];
        return (new Table(Title, ["", .. Columns], rows), [Headline, .. figures.Select(FormatHeadline)], Targets(figures[0]));
    }

    public static string Text(double figure) => figure.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Formats a ratio as a percentage.</summary>
    public static string Percent(double part, double whole) => $"{Text(100 * part / whole)} %";

    private async Task<double[]> RunAsync(Contender contender)
    {
        await using World world = await World.CreateAsync(contender);
        return await Count(world, contender.Connect(world.Access));
    }
}
