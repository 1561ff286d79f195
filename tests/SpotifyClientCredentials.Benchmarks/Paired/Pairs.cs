using System.Diagnostics;

namespace SpotifyClientCredentials.Benchmarks.Paired;

/// <summary>Measures two things alternately, many times, so that other load on the machine affects both.</summary>
internal static class Pairs
{
    /// <returns>The median of the ratio of <paramref name="one"/> to <paramref name="other"/>.</returns>
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

    /// <param name="times">How many operations <paramref name="action"/> performs.</param>
    /// <param name="action">The operations to measure.</param>
    /// <returns>Operations per second.</returns>
    public static async Task<double> PerSecondAsync(int times, Func<Task> action)
    {
        long startedAt = Stopwatch.GetTimestamp();
        await action();
        return times / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }
}
