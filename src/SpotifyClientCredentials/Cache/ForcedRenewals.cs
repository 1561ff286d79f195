using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Cache;

/// <summary>
/// When a rejected token may cost a token request. Of tokens that the Web API has accepted, or that were acquired as they expire, a few may be
/// replaced at once (a bucket). Of tokens that replaced another and that nobody has accepted either, the next one waits longer each time: the
/// Web API may be rejecting everything. Pure and immutable.
/// </summary>
/// <param name="FullAt">The <see cref="TimeProvider"/> timestamp at which the bucket is full again.</param>
/// <param name="InRow">How many tokens in a row replaced a rejected one and have not been accepted.</param>
/// <param name="LastAt">The timestamp of the last of them.</param>
internal sealed record ForcedRenewals(long FullAt, int InRow, long LastAt)
{
    private const int Capacity = 4;

    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(30);

    public static ForcedRenewals None { get; } = new(long.MinValue, 0, 0);

    /// <summary>The time until the token may cost a request; not above zero if it may now.</summary>
    public TimeSpan Wait(CachedToken rejected, TimeProvider timeProvider)
    {
        long now = timeProvider.GetTimestamp();
        return rejected.Token.IsFromStore ? TimeSpan.Zero
            : IsInRow(rejected) ? RowDelay(InRow, rejected.Window) - timeProvider.GetElapsedTime(LastAt, now)
            : FullAt <= now ? TimeSpan.Zero
            : timeProvider.GetElapsedTime(now, FullAt) - (Interval(rejected.Window) * (Capacity - 1));
    }

    /// <summary>The token endpoint replaced a rejected token. A request that fails costs nothing: the backoff limits these.</summary>
    public ForcedRenewals Used(CachedToken rejected, TimeProvider timeProvider)
    {
        long now = timeProvider.GetTimestamp();
        return IsInRow(rejected)
            ? this with { InRow = InRow + 1, LastAt = now }
            : new ForcedRenewals(timeProvider.TimestampAfter(Math.Max(FullAt, now), Interval(rejected.Window)), InRow: 1, LastAt: now);
    }

    /// <summary>A token was accepted, or acquired as the one before expired: the row ends.</summary>
    public ForcedRenewals EndRow() => InRow == 0 ? this : this with { InRow = 0 };

    /// <summary>The time in which one more renewal comes back into the bucket.</summary>
    public static TimeSpan Interval(TimeSpan window) => Min(LongestInterval, window / 4);

    /// <summary>The time between the last forced token and the next, while the Web API accepts none of them.</summary>
    public static TimeSpan RowDelay(int inRow, TimeSpan window) => Min(TimeSpan.FromSeconds(Math.Pow(2, Math.Min(inRow, 16) - 1)), window);

    private bool IsInRow(CachedToken rejected) => InRow > 0 && rejected is { IsForced: true, IsAccepted: false };

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>
/// The paths that refused even a fresh token. Once the Web API has accepted that token on another path, their 401s are about the path, which
/// needs a user, and not about the token. Pure and immutable.
/// </summary>
internal sealed class RefusedPaths
{
    private const int MaxPaths = 64;

    // Arrays without LINQ, whose iterators make a NativeAOT program larger than all of this folder.
    private readonly Refusal[] _refusals;

    private RefusedPaths(Refusal[] refusals) => _refusals = refusals;

    public static RefusedPaths None { get; } = new([]);

    public bool IsEmpty => _refusals.Length == 0;

    /// <summary>Whether 401s of a path are about the path.</summary>
    public bool Contains(string path, long now) =>
        Array.Exists(_refusals, refusal => refusal.Path == path && refusal.IsAboutPath && refusal.Until > now);

    /// <param name="refusal">The path that refused a fresh token.</param>
    /// <param name="now">The current timestamp.</param>
    public RefusedPaths Add(Refusal refusal, long now)
    {
        Refusal[] others = Others(refusal.Path, now);
        // A reason that is known holds for the next token, too: where other calls are rare, it would be long until one of them accepts it.
        bool isAboutPath = refusal.IsAboutPath || Array.Exists(_refusals, other => other.Path == refusal.Path && other.IsAboutPath);
        // The newest are kept.
        return new([.. others.AsSpan(Math.Max(0, others.Length - (MaxPaths - 1))), refusal with { IsAboutPath = isAboutPath }]);
    }

    /// <summary>A path accepted a token.</summary>
    public RefusedPaths Accepted(string path, AccessToken token, long now) => IsEmpty ? this : new(Array.ConvertAll(
        Others(path, now),
        refusal => refusal with { IsAboutPath = refusal.IsAboutPath || refusal.Token.HasSameValueAs(token) }));

    private Refusal[] Others(string path, long now) => Array.FindAll(_refusals, refusal => refusal.Path != path && refusal.Until > now);
}

/// <param name="Path">The path.</param>
/// <param name="Token">The fresh token that it refused.</param>
/// <param name="IsAboutPath">Whether another path has accepted the token.</param>
/// <param name="Until">The <see cref="TimeProvider"/> timestamp until which it's remembered.</param>
internal sealed record Refusal(string Path, AccessToken Token, bool IsAboutPath, long Until);
