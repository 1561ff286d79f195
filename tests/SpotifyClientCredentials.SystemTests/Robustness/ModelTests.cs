using CsCheck;
using SpotifyClientCredentials.Tests.Support;
using Xunit.Abstractions;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// Random interleavings of everything that can happen, and what is promised in each. A failing sequence is printed with its seed; set the
/// environment variable CsCheck_Seed to that seed to replay it.
/// </summary>
[Collection(NonParallel.Name)]
public sealed class ModelTests(ITestOutputHelper output)
{
    private const int Sequences = 10_000;

    private static readonly string[] Outcomes =
    [
        "another: cancelled, after waiting", "another: disposed", "another: disposed, after waiting", "another: no token: its time is over, after waiting",
        "another: no token: the backoff is longer than its time, after waiting", "another: no token: the outage is long",
        "another: no token: the rejected token is not replaced", "another: no token: the rejected token is not replaced, after waiting",
        "another: token", "another: token, after waiting",
        "backoff shortened",
        "blocking call: 200 after 1 sent",
        "call: 200 after 1 sent", "call: 200 after 1 sent, after waiting", "call: 200 after 2 sent", "call: 200 after 2 sent, after waiting", "call: 200 after 3 sent, after waiting",
        "call: 401 after 1 sent", "call: 401 after 1 sent, after waiting", "call: 401 after 2 sent", "call: 401 after 2 sent, after waiting", "call: 401 after 3 sent, after waiting",
        "call: 403 after 1 sent", "call: 403 after 2 sent, after waiting", "call: 429 after 1 sent", "call: 503 after 1 sent",
        "call: cancelled", "call: cancelled, after waiting", "call: disposed", "call: disposed, after waiting", "call: invalid settings",
        "call: no token: its time is over", "call: no token: its time is over, after waiting", "call: no token: permanent", "call: no token: permanent, after waiting",
        "call: no token: the backoff is longer than its time", "call: no token: the backoff is longer than its time, after waiting",
        "call: no token: the outage is long", "call: no token: the outage is long, after waiting",
        "event 1", "event 2", "event 3", "event 4", "event 7", "event 8", "event 9",
        "request: after a backoff", "request: ahead", "request: expired on arrival", "request: failed", "request: replaces a rejected token",
        "request: replaces a token that nobody accepted", "request: timed out", "request: without a token",
        "token: cancelled", "token: cancelled, after waiting", "token: disposed", "token: disposed, after waiting", "token: invalid settings",
        "token: no token: its time is over", "token: no token: its time is over, after waiting", "token: no token: permanent", "token: no token: permanent, after waiting",
        "token: no token: the backoff is longer than its time", "token: no token: the backoff is longer than its time, after waiting",
        "token: no token: the outage is long", "token: no token: the outage is long, after waiting",
        "token: token", "token: token, after waiting",
    ];

    private readonly Dictionary<string, int> _counts = [];
    private int _sequences;
    private int? _failedAfter;

    [Fact]
    public async Task Provider_UnderRandomInterleavings_KeepsItsPromises()
    {
        using (ModelThread thread = new())
        {
            await Task.Run(() => Gen.Select(Gen.Int[0, 29], Operation.Sequences).SampleAsync(
                sequence => RunAsync(thread, sequence.Item1, sequence.Item2),
                writeLine: output.WriteLine,
                iter: Sequences,
                threads: 1,
                print: sequence => $"first failed after {_failedAfter} sequences; the shortest one: starts {sequence.Item1}: {string.Join(' ', sequence.Item2.AsEnumerable())}"));
        }

        foreach ((string what, int count) in _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{count,9}  {what}");
        }

        Assert.True(_sequences >= Sequences);
        Assert.All(Enum.GetNames<Kind>().Concat(Outcomes), what => Assert.Contains(what, _counts.Keys));
    }

    private async Task RunAsync(ModelThread thread, int start, Operation[] operations)
    {
        thread.OccupyOthers();
        _sequences++;
        using ModelRun run = new(start, what => _counts[what] = _counts.GetValueOrDefault(what) + 1);
        try
        {
            await run.RunAsync(operations);
        }
        catch
        {
            _failedAfter ??= _sequences;
            throw;
        }
    }
}
