namespace SpotifyClientCredentials.Benchmarks.Paired;

/// <summary>The cached token, taken in a loop by one thread and by two.</summary>
internal static class ParallelThroughput
{
    /// <returns>Two threads' throughput in parts of one thread's.</returns>
    public static async Task<double> MeasureAsync(int pairs, int takes)
    {
        using ClientCredentialsTokenProvider tokens = Micro.Peers.Provider();
        await tokens.GetTokenAsync();
        await ThroughputAsync(2);
        return await Pairs.MedianRatioAsync(pairs, () => ThroughputAsync(2), () => ThroughputAsync(1));

        Task<double> ThroughputAsync(int threads) => Pairs.PerSecondAsync(
            threads * takes,
            () => Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(Take, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))));

        void Take()
        {
            for (int i = 0; i < takes; i++)
            {
                ValueTask<AccessToken> taking = tokens.GetTokenAsync();
                _ = taking.IsCompletedSuccessfully ? taking.Result : throw new InvalidOperationException("The token is not held.");
            }
        }
    }
}
