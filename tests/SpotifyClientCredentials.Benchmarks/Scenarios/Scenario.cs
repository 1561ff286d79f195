using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>Something that happens to an application, and what comes of it for each contender.</summary>
/// <param name="Title">Of its table.</param>
/// <param name="Columns">What is counted.</param>
/// <param name="Count">Counts it, in the columns' order.</param>
/// <param name="Targets">What the library's own figures, the first contender's, are held against.</param>
internal sealed record Scenario(
    string Title,
    string[] Columns,
    Func<World, Func<CancellationToken, Task<System.Net.HttpStatusCode>>, Task<double[]>> Count,
    Func<double[], IEnumerable<Target>> Targets)
{
    /// <param name="areContendersApart">Whether each is alone on the machine while it runs.</param>
    public async Task<(Table Table, IEnumerable<Target> Targets)> RunAllAsync(bool areContendersApart)
    {
        List<Task<double[]>> runs = [];
        foreach (Contender contender in Contender.All)
        {
            runs.Add(RunAsync(contender));
            await (areContendersApart ? runs[^1] : Task.CompletedTask);
        }

        double[][] figures = await Task.WhenAll(runs);
        string[][] rows = [.. Contender.All.Zip(figures, (contender, counted) => (string[])[contender.Name, .. counted.Select(Text)])];
        return (new Table(Title, ["", .. Columns], rows), Targets(figures[0]));
    }

    private async Task<double[]> RunAsync(Contender contender)
    {
        await using World world = await World.CreateAsync();
        return await Count(world, contender.Connect(world));
    }

    private static string Text(double figure) => figure.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);
}
