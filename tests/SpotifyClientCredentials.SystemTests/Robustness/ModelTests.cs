using System.Collections.Concurrent;
using CsCheck;
using Xunit.Abstractions;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// Random interleavings of everything that can happen, compared with a model. A failing sequence is printed with its seed; set the
/// environment variable CsCheck_Seed to that seed to replay it.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private static readonly string[] Outcomes =
    [
        "token: token without waiting", "token: token after waiting", "token: OperationCanceledException ", "token: TokenRequestException shared failure",
        "token: TokenRequestException in backoff", "token: TokenRequestException time limit", "token: TokenRequestException own time limit",
        "token: TokenRequestException expired on arrival", "token: ObjectDisposedException ", "token: ObjectDisposedException disposed", "token: OptionsValidationException ",
        "call: OK without waiting", "call: OK after waiting", "call: Unauthorized without waiting", "call: Unauthorized after waiting",
        "call: OperationCanceledException ", "call: TokenRequestException shared failure", "call: TokenRequestException in backoff",
        "call: TokenRequestException time limit", "call: TokenRequestException own time limit", "call: TokenRequestException expired on arrival",
        "call: ObjectDisposedException ", "call: ObjectDisposedException disposed", "call: OptionsValidationException ",
        "renewed ahead", "renewal after 401", "replacement refused", "rejected twice", "waiters moved to the new acquisition",
    ];

    [Fact]
    public void Provider_UnderRandomInterleavings_DoesWhatTheModelAllows()
    {
        ConcurrentDictionary<string, int> tally = new();
        Gen.Select(Gen.Int[0, 9], Operation.Sequences).Sample(
            (start, operations) =>
            {
                using ModelRun run = new(startsValid: start > 0, tally);
                foreach (Operation operation in operations)
                {
                    run.Do(operation);
                }

                run.End();
                tally.AddOrUpdate("sequences", 1, (_, count) => count + 1);
            },
            iter: 10_000,
            print: sequence => $"starts {(sequence.Item1 > 0 ? "valid" : "invalid")}: {string.Join(' ', sequence.Item2.AsEnumerable())}");

        foreach ((string what, int count) in tally.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{count,9}  {what}");
        }

        Assert.True(tally["sequences"] >= 10_000);
        Assert.All(Enum.GetNames<Kind>().Concat(Outcomes), what => Assert.Contains(what, tally.Keys));
    }
}
