using System.Net;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A failed request, and the shortest and the longest backoff that may follow: jitter shortens it by up to a fifth.</summary>
internal sealed class ModelFailure
{
    private const double Jitter = 0.2;

    private readonly ModelClock _clock;
    private readonly DateTimeOffset _atWall;
    private readonly TimeSpan _retryAfter;
    private readonly int _inRow;
    private TimeSpan _shortest;
    private TimeSpan _longest;
    private readonly TimeSpan _longestAtFirst;
    private TimeSpan _mostAhead;

    /// <param name="failure">The failure; null if no response came in time, or an expired token.</param>
    /// <param name="previous">The failure before it in a row.</param>
    /// <param name="current">The token in the cache.</param>
    /// <param name="clock">The clock.</param>
    public ModelFailure(TokenRequestException? failure, ModelFailure? previous, ModelToken? current, ModelClock clock)
    {
        _clock = clock;
        _atWall = clock.Wall;
        At = clock.Now;
        OutageSince = previous?.OutageSince ?? At;
        _inRow = previous?._inRow + 1 ?? 1;
        IsTransient = failure?.IsTransient ?? true;
        _retryAfter = Min(failure?.RetryAfter ?? TimeSpan.Zero, failure?.StatusCode == HttpStatusCode.TooManyRequests ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(1));
        TimeSpan usableFor = current?.UsableFor ?? TimeSpan.Zero;
        (_shortest, _longest) = (WithoutToken * (1 - Jitter), WithoutToken);
        if (usableFor > TimeSpan.Zero && !current!.IsSuspect)
        {
            (TimeSpan shortest, TimeSpan longest) = (Min(WithToken * (1 - Jitter), usableFor), Min(WithToken, usableFor));
            // If it was rejected and then accepted, it may be either.
            _shortest = current.WasRejected ? Min(shortest, _shortest) : shortest;
            _longest = current.WasRejected && _longest > longest ? _longest : longest;
        }

        _longestAtFirst = _longest;
    }

    public TimeSpan At { get; }

    /// <summary>The first failure in the row.</summary>
    public TimeSpan OutageSince { get; }

    public bool IsTransient { get; }

    public TimeSpan Shortest => Longer(_shortest);

    public TimeSpan Longest => Longer(_longest);

    /// <summary>The time since, by the clock that says more: either of them ends the backoff.</summary>
    public TimeSpan Elapsed => ElapsedWall > _clock.Now - At ? ElapsedWall : _clock.Now - At;

    private TimeSpan ElapsedWall => _clock.Wall - _atWall;

    /// <summary>Whether calls that look at the wall clock alone see that the backoff is over. They don't see that it was shortened.</summary>
    public bool IsOverByWallClock => ElapsedWall >= Longer(_longestAtFirst);

    /// <summary>Whether the backoff is over if it's the shortest possible. By how much the wall clock was ahead once may still count.</summary>
    public bool MayBeOver => _clock.Now - At + _mostAhead >= Shortest;

    /// <summary>Whether the backoff is over even if it's the longest possible.</summary>
    public bool IsOver => Elapsed >= Longest;

    private TimeSpan WithToken => Doubled(TimeSpan.FromSeconds(30));

    private TimeSpan WithoutToken => Doubled(TimeSpan.FromSeconds(5));

    /// <summary>Whether the outage was younger than the longest wait of a caller at some time.</summary>
    public bool WasYoungAt(TimeSpan time) => time - OutageSince < Model.Timeout;

    public void OnTimePassed()
    {
        TimeSpan ahead = ElapsedWall - (_clock.Now - At);
        _mostAhead = ahead > _mostAhead ? ahead : _mostAhead;
    }

    /// <summary>The token in the cache has become suspect: it counts as if there were none.</summary>
    /// <param name="isCertain">Whether the token is usable for certain.</param>
    /// <returns>Whether that makes the backoff shorter for certain.</returns>
    public bool OnSuspect(bool isCertain)
    {
        bool isShortened = isCertain && WithoutToken < _shortest;
        (_shortest, _longest) = (Min(_shortest, WithoutToken * (1 - Jitter)), isCertain ? Min(_longest, WithoutToken) : _longest);
        return isShortened;
    }

    private TimeSpan Longer(TimeSpan transient)
    {
        TimeSpan backoff = IsTransient ? transient : TimeSpan.FromSeconds(30);
        return _retryAfter > backoff ? _retryAfter : backoff;
    }

    private TimeSpan Doubled(TimeSpan cap) => Min(TimeSpan.FromSeconds(0.5) * Math.Pow(2, Math.Min(_inRow, 16) - 1), cap);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
