using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>Makes calls and records how they ended.</summary>
/// <param name="call">Sends one call.</param>
/// <param name="maxWait">The time limit of a call, so that a contender without one doesn't stop the run.</param>
internal sealed class Load(Call call, TimeSpan maxWait)
{
    private const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";

    public static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentBag<(bool IsOk, TimeSpan Took)> _ended = [];

    public int Calls => _ended.Count;

    public int Failed => _ended.Count(end => !end.IsOk);

    public int Slower => _ended.Count(end => end.Took > Slow);

    public TimeSpan Slowest => _ended.Select(end => end.Took).DefaultIfEmpty().Max();

    /// <summary>Makes one call per caller, all at the same time.</summary>
    public Task AtOnceAsync(int callers) => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync())));

    /// <summary>Runs callers that each call repeatedly until they are stopped.</summary>
    public Task SteadyAsync(int callers, CancellationToken stopping) => Task.WhenAll(Enumerable.Range(0, callers).Select(number => Task.Run(async () =>
    {
        await PauseAsync(Pause * number / callers, stopping);
        while (!stopping.IsCancellationRequested)
        {
            await CallAsync();
            await PauseAsync(Pause, stopping);
        }
    })));

    /// <returns>Whether the call succeeded.</returns>
    public async Task<bool> CallAsync(CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(maxWait);
        long startedAt = Stopwatch.GetTimestamp();
        bool isOk;
        try
        {
            isOk = await call(Track, limit.Token).WaitAsync(limit.Token) == HttpStatusCode.OK;
        }
        catch (Exception)
        {
            isOk = false;
        }

        _ended.Add((isOk, Stopwatch.GetElapsedTime(startedAt)));
        return isOk;
    }

    private static async Task PauseAsync(TimeSpan pause, CancellationToken stopping) =>
        await Task.Delay(pause, TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
