using Xunit.Abstractions;

namespace SpotifyClientCredentials.Tests.Limit;

public sealed class RateLimitModelTests(ITestOutputHelper output)
{
    private const int Sequences = 2_000;

    [Fact]
    public void Limiter_InRandomSequences_KeepsItsPromises()
    {
        Dictionary<string, int> counts = [];
        int first = Random.Shared.Next();
        for (int i = 0; i < Sequences; i++)
        {
            int seed = unchecked(first + i);
            try
            {
                using RateLimitModel model = new(seed);
                model.Run(steps: 200);
                foreach ((string what, int count) in model.Counts)
                {
                    counts[what] = counts.GetValueOrDefault(what) + count;
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Sequence {i}, seed {seed}: {e.Message}", e);
            }
        }

        output.WriteLine(string.Join('\n', counts.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value,9:N0} {pair.Key}")));
        string[] expected =
        [
            "429", "429 in flight", "allowed", "app closed", "budget learned", "cancelled", "failed", "refused", "sent after waiting",
            "sent at once", "sent within a budget", "waited in vain", "wall clock moved",
        ];
        Assert.Equal(expected, counts.Keys.Order(StringComparer.Ordinal));
    }
}
