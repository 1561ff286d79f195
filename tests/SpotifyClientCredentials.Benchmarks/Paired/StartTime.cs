using System.Diagnostics;
using SpotifyClientCredentials.Benchmarks.Micro;

namespace SpotifyClientCredentials.Benchmarks.Paired;

/// <summary>The two of <see cref="StartBenchmarks"/> in turn: what real connections cost differs more from minute to minute than they do.</summary>
internal static class StartTime
{
    /// <returns>The library's time in parts of the semaphore's.</returns>
    public static async Task<double> MeasureAsync(int pairs, int starts)
    {
        StartBenchmarks benchmarks = new();
        await benchmarks.SetupAsync();
        try
        {
            await TakenAsync(benchmarks.Ours, starts);
            await TakenAsync(benchmarks.Semaphore, starts);
            return await Pairs.MedianRatioAsync(pairs, () => TakenAsync(benchmarks.Ours, starts), () => TakenAsync(benchmarks.Semaphore, starts));
        }
        finally
        {
            await benchmarks.CleanupAsync();
        }
    }

    private static async Task<double> TakenAsync(Func<Task> start, int starts)
    {
        long startedAt = Stopwatch.GetTimestamp();
        for (int i = 0; i < starts; i++)
        {
            await start();
        }

        return Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }
}
