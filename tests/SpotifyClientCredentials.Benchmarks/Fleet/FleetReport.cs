using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The results of all cases.</summary>
internal sealed class FleetReport(FleetSettings settings)
{
    private readonly List<string[]> _rows = [];
    private readonly List<Target> _targets = [];
    private int _failed;
    private int _stale;

    public IReadOnlyList<Table> Tables =>
    [
        new Table(
            string.Create(CultureInfo.InvariantCulture,
                $"{settings.Processes} processes × {settings.InstancesPerProcess} instances; token lifetime {settings.TokenLifetime.TotalSeconds} s, renewal window {settings.RenewalWindow.TotalSeconds} s, {settings.Latency.TotalMilliseconds} ms per token request; each instance calls every {settings.Pause.TotalMilliseconds} ms"),
            ["", "token requests", "calls", "slowest call, s", "failed calls", "stale tokens"],
            _rows),
        Target.Tabulate("Targets of the fleet",
        [
            .. _targets,
            Target.AtMost("All cases", _failed, 0, "failed calls"),
            Target.AtMost("All cases", _stale, 0, "stale tokens"),
        ]),
    ];

    /// <param name="name">The name of the case.</param>
    /// <param name="requests">The number of token requests, by phase.</param>
    /// <param name="app">The app whose tokens the calls carried.</param>
    /// <param name="tally">How the calls ended.</param>
    public void Add(string name, string requests, FleetApp app, Tally tally)
    {
        _rows.Add([name, requests, $"{tally.Calls}", Seconds(tally.SlowestCall), $"{tally.Failed}", $"{app.StaleTokens}"]);
        _failed += tally.Failed;
        _stale += app.StaleTokens;
        Console.Error.WriteLine(
            $"{name}: {requests}; longest wait for a token {Seconds(tally.LongestTokenWait)}, fetch {Text(tally.Fetches)}, store read {Text(tally.StoreReads)}, store write {Text(tally.StoreWrites)}");
        foreach (string failure in tally.Failures)
        {
            Console.Error.WriteLine($"  failed: {failure}");
        }
    }

    public void AddSkipped(string name, string reason)
    {
        _rows.Add([name, $"skipped: {reason}", "", "", "", ""]);
        Console.Error.WriteLine($"{name}: skipped: {reason}");
    }

    public void Add(Target target) => _targets.Add(target);

    private static string Text(Durations durations) => $"{durations.Count} × {Seconds(durations.Mean)}, at most {Seconds(durations.Longest)}";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
}
