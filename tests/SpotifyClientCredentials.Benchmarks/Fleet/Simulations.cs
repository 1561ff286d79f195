using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Fleets that are larger than a machine bears, and the one that was watched, to see whether the simulation can be believed.</summary>
internal static class Simulations
{
    /// <param name="stage">Where it was watched.</param>
    /// <param name="watched">What was seen there.</param>
    /// <param name="isMiniature">Whether it only has to work.</param>
    public static Table Tabulate(Stage stage, SteadyState watched, bool isMiniature)
    {
        Simulation same = new()
        {
            Instances = stage.Settings.Instances,
            Life = stage.Settings.Life,
            RenewalWindow = stage.Settings.RenewalWindow,
            Pause = stage.Settings.Pause,
            StoreRead = watched.Tally.StoreReads.Mean,
            Fetch = watched.Tally.Fetches.Mean,
            StoreWrite = watched.Tally.StoreWrites.Mean,
        };
        SpotifyClientCredentialsOptions defaults = new();
        Simulation large = same with
        {
            Instances = isMiniature ? 200 : 20_000,
            Life = TimeSpan.FromHours(1),
            RenewalWindow = defaults.RenewalWindow,
            Pause = TimeSpan.FromSeconds(1),
        };
        Simulation slow = large with { Fetch = TimeSpan.FromSeconds(1), StoreRead = TimeSpan.FromMilliseconds(100), StoreWrite = TimeSpan.FromMilliseconds(100) };

        int lives = isMiniature ? 5 : 200;
        string[][] rows =
        [
            Row(same, lives * 10, $"{Text(watched.Mean)} over {watched.ByLife.Count} lives", out _),
            Row(large, lives, "", out double ofLarge),
            Row(slow, lives, "", out double ofSlow),
            Row(slow with { Pause = TimeSpan.FromMinutes(1) }, lives, "", out double ofIdle),
        ];
        if (!isMiniature)
        {
            stage.Report.Add(Target.AtMost("Steady state, 20,000 instances, simulated, mean", Math.Max(ofLarge, Math.Max(ofSlow, ofIdle)), 1.2, "token requests per life"));
        }

        return new Table(
            "Simulated: token requests per life in steady state",
            ["instances", "window, s", "a call each", "fetch, ms", "store, ms", "on paper", "simulated", "99 of 100 lives", "measured"],
            rows);
    }

    private static string[] Row(Simulation simulation, int lives, string measured, out double mean)
    {
        IReadOnlyList<int> byLife = simulation.Run(lives, new Random(1));
        mean = byLife.Average();
        return
        [
            $"{simulation.Instances}",
            Text(simulation.RenewalWindow.TotalSeconds),
            $"{Text(simulation.Pause.TotalSeconds)} s",
            Text(simulation.Fetch.TotalMilliseconds),
            Text((simulation.StoreRead + simulation.StoreWrite).TotalMilliseconds),
            Text(simulation.OnPaper),
            Text(mean),
            $"≤ {byLife.Order().ElementAt(byLife.Count * 99 / 100)}",
            measured,
        ];
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
