using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Simulates fleets that are too large for one machine, and the measured fleet, to validate the simulation.</summary>
internal static class Simulations
{
    /// <param name="testbed">The testbed of the measurement.</param>
    /// <param name="measured">The measured steady state.</param>
    /// <param name="isMiniature">Whether to run with small sizes, only to check that it works.</param>
    public static Table Tabulate(FleetTestbed testbed, SteadyState measured, bool isMiniature)
    {
        Simulation same = new()
        {
            Instances = testbed.Settings.Instances,
            TokenLifetime = testbed.Settings.TokenLifetime,
            RenewalWindow = testbed.Settings.RenewalWindow,
            Pause = testbed.Settings.Pause,
            StoreRead = measured.Tally.StoreReads.Mean,
            Fetch = measured.Tally.Fetches.Mean,
            StoreWrite = measured.Tally.StoreWrites.Mean,
        };
        SpotifyClientCredentialsOptions defaults = new();
        Simulation large = same with
        {
            Instances = isMiniature ? 200 : 20_000,
            TokenLifetime = TimeSpan.FromHours(1),
            RenewalWindow = defaults.RenewalWindow,
            Pause = TimeSpan.FromSeconds(1),
        };
        Simulation slow = large with { Fetch = TimeSpan.FromSeconds(1), StoreRead = TimeSpan.FromMilliseconds(100), StoreWrite = TimeSpan.FromMilliseconds(100) };

        int lifetimes = isMiniature ? 5 : 200;
        string[][] rows =
        [
            Row(same, lifetimes * 10, $"{Text(measured.Mean)} over {measured.ByLifetime.Count} lifetimes", out _),
            Row(large, lifetimes, "", out double largeMean),
            Row(slow, lifetimes, "", out double slowMean),
            Row(slow with { Pause = TimeSpan.FromMinutes(1) }, lifetimes, "", out double idleMean),
        ];
        if (!isMiniature)
        {
            testbed.Report.Add(Target.AtMost("Steady state, 20,000 instances, simulated, mean", Math.Max(largeMean, Math.Max(slowMean, idleMean)), 1.2, "token requests per lifetime"));
        }

        return new Table(
            "Simulated: token requests per lifetime in steady state",
            ["instances", "window, s", "call interval", "fetch, ms", "store, ms", "calculated", "simulated", "99th percentile", "measured"],
            rows);
    }

    private static string[] Row(Simulation simulation, int lifetimes, string measuredText, out double mean)
    {
        IReadOnlyList<int> byLifetime = simulation.Run(lifetimes, new Random(1));
        mean = byLifetime.Average();
        return
        [
            $"{simulation.Instances}",
            Text(simulation.RenewalWindow.TotalSeconds),
            $"{Text(simulation.Pause.TotalSeconds)} s",
            Text(simulation.Fetch.TotalMilliseconds),
            Text((simulation.StoreRead + simulation.StoreWrite).TotalMilliseconds),
            Text(simulation.Calculated),
            Text(mean),
            $"≤ {byLifetime.Order().ElementAt(byLifetime.Count * 99 / 100)}",
            measuredText,
        ];
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
