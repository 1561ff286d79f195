using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>Something that happens to an application, and what comes of it for each contender.</summary>
/// <param name="Title">Of its table.</param>
/// <param name="Columns">What is counted.</param>
/// <param name="Count">Counts it, in the columns' order.</param>
/// <param name="Targets">What the library's own figures, the first contender's, are held against.</param>
/// <param name="Headline">What tells most of it, for a table with a line for each scenario.</param>
/// <param name="Tell">Makes that of the figures.</param>
internal sealed record Scenario(
    string Title,
    string[] Columns,
    Func<World, Func<CancellationToken, Task<System.Net.HttpStatusCode>>, Task<double[]>> Count,
    Func<double[], IEnumerable<Target>> Targets,
    string Headline,
    Func<double[], string> Tell)
{
    /// <param name="areContendersApart">Whether each is alone on the machine while it runs.</param>
    public async Task<(Table Table, string[] Headlines, IEnumerable<Target> Targets)> RunAllAsync(bool areContendersApart)
    {
        List<Task<double[]>> runs = [];
        foreach (Contender contender in Contender.All)
        {
            runs.Add(RunAsync(contender));
            await (areContendersApart ? runs[^1] : Task.CompletedTask);
        }

        double[][] figures = await Task.WhenAll(runs);
        string[][] rows = [.. Contender.All.Zip(figures, (contender, counted) => (string[])[contender.Name, .. counted.Select(Text)])];
        return (new Table(Title, ["", .. Columns], rows), [Headline, .. figures.Select(Tell)], Targets(figures[0]));
    }

    public static string Text(double figure) => figure.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>As a part of a hundred.</summary>
    public static string Percent(double part, double whole) => $"{Text(100 * part / whole)} %";

    private async Task<double[]> RunAsync(Contender contender)
    {
        await using World world = await World.CreateAsync();
        return await Count(world, contender.Connect(world));
    }
}
