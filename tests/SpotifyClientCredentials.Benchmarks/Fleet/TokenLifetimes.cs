namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Groups token requests by token lifetime.</summary>
internal static class TokenLifetimes
{
    /// <param name="times">The times of the requests in seconds, in ascending order.</param>
    /// <param name="gap">The time without a request after which the next one belongs to another lifetime.</param>
    /// <returns>The number of requests for each lifetime.</returns>
    public static IReadOnlyList<int> CountRequests(IEnumerable<double> times, TimeSpan gap)
    {
        List<int> counts = [];
        double last = double.NegativeInfinity;
        foreach (double time in times)
        {
            if (time - last > gap.TotalSeconds)
            {
                counts.Add(0);
            }

            counts[^1]++;
            last = time;
        }

        return counts;
    }
}
