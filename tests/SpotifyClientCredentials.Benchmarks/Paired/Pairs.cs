using System.Diagnostics;

namespace SpotifyClientCredentials.Benchmarks.Paired;

/// <summary>Two things measured in turn, many times: what the machine does meanwhile it does to both.</summary>
internal static class Pairs
{
    /// <returns>The median of <paramref name="one"/> over <paramref name="other"/>, each in whatever unit they return.</returns>
    public static async Task<double> MedianRatioAsync(int pairs, Func<Task<double>> one, Func<Task<double>> other)
    {
        List<double> ratios = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            bool isOneFirst = pair % 2 == 0;
            double first = await (isOneFirst ? one : other)();
            double second = await (isOneFirst ? other : one)();
            ratios.Add(isOneFirst ? first / second : second / first);
        }

        ratios.Sort();
        return ratios[ratios.Count / 2];
    }

    /// <returns>How often a second <paramref name="action"/> was done, by the given number of times.</returns>
    public static async Task<double> PerSecondAsync(int times, Func<Task> action)
    {
        long startedAt = Stopwatch.GetTimestamp();
        await action();
        return times / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }
}
