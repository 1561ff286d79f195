using System.Collections.Concurrent;

namespace SpotifyClientCredentials.Soak;

/// <summary>How the calls ended.</summary>
internal sealed class Figures
{
    public const string Responded = "answered";
    public const string CancelledByCaller = "cancelled by the caller";

    private const int MostKept = 20;

    private readonly ConcurrentDictionary<string, int> _outcomes = new();
    private readonly ConcurrentQueue<string> _unexplained = new();
    private int _calls;
    private int _unexplainedCount;
    private long _longestInTicks;

    public int Calls => Volatile.Read(ref _calls);

    public int Responses => _outcomes.GetValueOrDefault(Responded);

    public int UnexplainedCount => Volatile.Read(ref _unexplainedCount);

    public IEnumerable<string> Unexplained => _unexplained;

    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref _longestInTicks));

    /// <summary>All other ways than an answer, the frequent ones first.</summary>
    public IEnumerable<(string Outcome, int Count)> Failures =>
        _outcomes.Where(pair => pair.Key != Responded).OrderByDescending(pair => pair.Value).Select(pair => (pair.Key, pair.Value));

    public void Add(string outcome, TimeSpan took, string? complaint, TimeSpan start)
    {
        Interlocked.Increment(ref _calls);
        _outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);
        for (long longest = Longest.Ticks; took.Ticks > longest; longest = Longest.Ticks)
        {
            Interlocked.CompareExchange(ref _longestInTicks, took.Ticks, longest);
        }

        if (complaint is not null && Interlocked.Increment(ref _unexplainedCount) <= MostKept)
        {
            _unexplained.Enqueue($"{start.TotalSeconds:0.000} s to {(start + took).TotalSeconds:0.000} s: {outcome}: {complaint}");
        }
    }
}
