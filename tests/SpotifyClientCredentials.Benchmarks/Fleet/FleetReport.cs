using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>What came of each case.</summary>
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
                $"{settings.Processes} processes × {settings.InstancesEach} instances; tokens of {settings.Life.TotalSeconds} s, renewal window of {settings.RenewalWindow.TotalSeconds} s, {settings.Latency.TotalMilliseconds} ms to get one; a call each {settings.Pause.TotalMilliseconds} ms"),
            ["", "token requests", "calls", "slowest call, s", "failed calls", "stale tokens"],
            _rows),
        Target.Tabulate("Targets of the fleet",
        [
            .. _targets,
            Target.AtMost("All cases", _failed, 0, "failed calls"),
            Target.AtMost("All cases", _stale, 0, "stale tokens"),
        ]),
    ];

    /// <param name="name">What happened.</param>
    /// <param name="requests">How many token requests there were, and when.</param>
    /// <param name="app">Whose tokens the calls carried.</param>
    /// <param name="tally">How the calls ended.</param>
    public void Add(string name, string requests, FleetApp app, Tally tally)
    {
        _rows.Add([name, requests, $"{tally.Calls}", Seconds(tally.SlowestCall), $"{tally.Failed}", $"{app.StaleTokens}"]);
        _failed += tally.Failed;
        _stale += app.StaleTokens;
        Console.Error.WriteLine(
            $"{name}: {requests}; longest wait for a token {Seconds(tally.SlowestToken)}, fetch {Text(tally.Fetches)}, store read {Text(tally.StoreReads)}, store write {Text(tally.StoreWrites)}");
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
