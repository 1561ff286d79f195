using System.Collections.Concurrent;

namespace SpotifyClientCredentials.Soak;

/// <summary>How the calls ended.</summary>
internal sealed class CallStatistics
{
    public const string Succeeded = "succeeded";
    public const string CancelledByCaller = "cancelled by the caller";

    private const int MaxReported = 20;

    private readonly ConcurrentDictionary<string, int> _outcomes = new();
    private readonly ConcurrentQueue<string> _unexplained = new();
    private int _calls;
    private int _unexplainedCount;
    private long _maxDurationInTicks;

    public int Calls => Volatile.Read(ref _calls);

    public int Successes => _outcomes.GetValueOrDefault(Succeeded);

    public int UnexplainedCount => Volatile.Read(ref _unexplainedCount);

    public IEnumerable<string> Unexplained => _unexplained;

    public TimeSpan MaxDuration => TimeSpan.FromTicks(Interlocked.Read(ref _maxDurationInTicks));

    /// <summary>All outcomes other than success, the most frequent first.</summary>
    public IEnumerable<(string Outcome, int Count)> Failures =>
        _outcomes.Where(pair => pair.Key != Succeeded).OrderByDescending(pair => pair.Value).Select(pair => (pair.Key, pair.Value));

    public void Add(string outcome, TimeSpan took, string? problem, TimeSpan start)
    {
        Interlocked.Increment(ref _calls);
        _outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);
        for (long max = MaxDuration.Ticks; took.Ticks > max; max = MaxDuration.Ticks)
        {
            Interlocked.CompareExchange(ref _maxDurationInTicks, took.Ticks, max);
        }

        if (problem is not null && Interlocked.Increment(ref _unexplainedCount) <= MaxReported)
        {
            _unexplained.Enqueue($"{start.TotalSeconds:0.000} s to {(start + took).TotalSeconds:0.000} s: {outcome}: {problem}");
        }
    }
}
