namespace SpotifyClientCredentials.Benchmarks.Paired;

/// <summary>Gets the cached token in a loop on one thread and on two.</summary>
internal static class ParallelThroughput
{
    /// <returns>The throughput of two threads relative to one thread's.</returns>
    public static async Task<double> MeasureAsync(int pairs, int calls)
    {
        using ClientCredentialsTokenProvider tokens = Micro.Peers.Provider();
        await tokens.GetTokenAsync();
        await ThroughputAsync(2);
        return await Pairs.MedianRatioAsync(pairs, () => ThroughputAsync(2), () => ThroughputAsync(1));

        Task<double> ThroughputAsync(int threads) => Pairs.PerSecondAsync(
            threads * calls,
            () => Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(GetTokens, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))));

        void GetTokens()
        {
            for (int i = 0; i < calls; i++)
            {
                ValueTask<AccessToken> getting = tokens.GetTokenAsync();
                _ = getting.IsCompletedSuccessfully ? getting.Result : throw new InvalidOperationException("The token is not cached.");
            }
        }
    }
}
