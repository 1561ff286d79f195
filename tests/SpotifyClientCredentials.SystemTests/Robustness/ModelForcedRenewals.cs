namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// The requests that replaced a rejected token, and how many more are allowed: four, and one more per interval; or, for a token that replaced
/// another and that nobody has accepted either, one after a delay that doubles.
/// </summary>
internal sealed class ModelForcedRenewals
{
    private const int Capacity = 4;

    private readonly List<(TimeSpan At, TimeSpan Interval)> _replacements = [];
    private TimeSpan _lastAt;

    /// <summary>How many in a row replaced a token that nobody had accepted.</summary>
    public int InRow { get; private set; }

    /// <summary>Whether a request for another token than this one is allowed.</summary>
    public bool MayReplace(ModelToken rejected, TimeSpan now) => rejected.IsFromStore
        || (IsInRow(rejected) ? now - _lastAt >= Delay(rejected.Window) : HasCapacity(Interval(rejected.Window), now));

    /// <summary>Whether it's allowed for certain. With windows of several lengths, it depends on details.</summary>
    public bool IsFree(ModelToken rejected, TimeSpan now) => MayReplace(rejected, now)
        && (rejected.IsFromStore || IsInRow(rejected) || _replacements.TrueForAll(replacement => replacement.Interval == Interval(rejected.Window)));

    /// <summary>The token endpoint has replaced a token. Failed requests and the store's tokens aren't counted.</summary>
    public void OnReplaced(ModelToken rejected, TimeSpan now)
    {
        if (IsInRow(rejected))
        {
            InRow++;
        }
        else
        {
            InRow = 1;
            _replacements.Add((now, Interval(rejected.Window)));
        }

        _lastAt = now;
    }

    /// <summary>The token in the cache was accepted, or an ordinary renewal brought one.</summary>
    public void EndRow() => InRow = 0;

    private bool IsInRow(ModelToken rejected) => InRow > 0 && rejected is { IsForced: true, IsAccepted: false };

    private TimeSpan Delay(TimeSpan window) => Min(TimeSpan.FromSeconds(Math.Pow(2, InRow - 1)), window);

    /// <summary>Whether one more keeps within the bucket, over whatever time it's counted.</summary>
    private bool HasCapacity(TimeSpan interval, TimeSpan now)
    {
        for (int i = _replacements.Count - 1; i >= 0 && _replacements[i].Interval == interval; i--)
        {
            int count = _replacements.Count - i + 1;
            if (count > Capacity + ((now - _replacements[i].At) / interval))
            {
                return false;
            }
        }

        return true;
    }

    private static TimeSpan Interval(TimeSpan window) => Min(TimeSpan.FromSeconds(30), window / 4);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
