namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Tells the token requests of one life from those of the next.</summary>
internal static class Lives
{
    /// <param name="moments">When the requests came, in seconds, in order.</param>
    /// <param name="gap">After so long without any, the next is for another life.</param>
    /// <returns>How many there were for each.</returns>
    public static IReadOnlyList<int> Of(IEnumerable<double> moments, TimeSpan gap)
    {
        List<int> lives = [];
        double last = double.NegativeInfinity;
        foreach (double moment in moments)
        {
            if (moment - last > gap.TotalSeconds)
            {
                lives.Add(0);
            }

            lives[^1]++;
            last = moment;
        }

        return lives;
    }
}
