using System.Diagnostics;
using SpotifyClientCredentials.Benchmarks.Micro;

namespace SpotifyClientCredentials.Benchmarks.Paired;

/// <summary>Measures <see cref="StartBenchmarks"/> in alternating pairs, because the cost of real connections varies more over time than the two differ.</summary>
internal static class StartTime
{
    /// <returns>The library's time relative to the semaphore's.</returns>
    public static async Task<double> MeasureAsync(int pairs, int starts)
    {
        StartBenchmarks benchmarks = new();
        await benchmarks.SetupAsync();
        try
        {
            await MeasureSecondsAsync(benchmarks.Ours, starts);
            await MeasureSecondsAsync(benchmarks.Semaphore, starts);
            return await Pairs.MedianRatioAsync(pairs, () => MeasureSecondsAsync(benchmarks.Ours, starts), () => MeasureSecondsAsync(benchmarks.Semaphore, starts));
        }
        finally
        {
            await benchmarks.CleanupAsync();
        }
    }

    private static async Task<double> MeasureSecondsAsync(Func<Task> start, int starts)
    {
        long startedAt = Stopwatch.GetTimestamp();
        for (int i = 0; i < starts; i++)
        {
            await start();
        }

        return Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }
}
