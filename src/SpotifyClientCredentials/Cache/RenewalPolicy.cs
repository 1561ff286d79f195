
namespace SpotifyClientCredentials.Cache;

/// <summary>When a token is used, renewed ahead or waited for, and how long failures keep requests back. Pure.</summary>
internal static class RenewalPolicy
{
    private static readonly TimeSpan FirstRetryPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackoffWithoutToken = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackoffWithToken = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PermanentBackoff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetryAfterOfRateLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestFirstRejectionPause = TimeSpan.FromSeconds(30);

    /// <summary>The end of a token's life in which it is renewed.</summary>
    public static TimeSpan Window(TimeSpan renewalWindow, TimeSpan life) => TimeSpan.FromTicks(Math.Min(renewalWindow.Ticks, life.Ticks / 4));

    /// <summary>The part of its life for which a token is handed out.</summary>
    public static TimeSpan Usable(TimeSpan life, TimeSpan window) => life - (window / 5);

    /// <summary>The part of its life after which a token is renewed ahead.</summary>
    /// <param name="life">How long it lives.</param>
    /// <param name="window">Its renewal window.</param>
    /// <param name="renewsAt">The moment as a part of the window, from 0 to 1.</param>
    public static TimeSpan UntilRenewal(TimeSpan life, TimeSpan window, double renewsAt) => life - window + (window * renewsAt);

    /// <summary>The moment of renewal as a part of the window, uniform over its first tenth; <paramref name="jitter"/> is uniform in [0, 1).</summary>
    public static double EarlyInWindow(double jitter) => jitter / 10;

    public static TokenUse Decide(long now, CachedToken? cached, bool isInFlight, TimeSpan backoffLeft)
    {
        bool isCoolingDown = backoffLeft > TimeSpan.Zero;
        if (cached is not null && now < cached.UsableUntil)
        {
            return now >= cached.RenewAt && !isInFlight && !isCoolingDown ? TokenUse.UseAndRenew : TokenUse.Use;
        }

        return isCoolingDown && !isInFlight ? TokenUse.BackOff : TokenUse.Wait;
    }

    /// <summary>The pause before the attempt that follows the given one.</summary>
    public static TimeSpan RetryPause(int attempt, TimeSpan? retryAfter, double jitter) =>
        retryAfter > TimeSpan.Zero ? retryAfter.Value : FirstRetryPause * Math.Pow(2, attempt - 1) * (1 - (jitter / 2));

    /// <summary>How long no request is sent after a failed acquisition.</summary>
    /// <param name="failure">Why it failed.</param>
    /// <param name="failuresInRow">How many have failed in a row, this one included.</param>
    /// <param name="usableFor">How long the current token can still be used; zero where there is none.</param>
    /// <param name="jitter">Uniform in [0, 1).</param>
    public static TimeSpan Backoff(TokenRequestException failure, int failuresInRow, TimeSpan usableFor, double jitter)
    {
        TimeSpan longestRetryAfter = failure.StatusCode == System.Net.HttpStatusCode.TooManyRequests
            ? LongestRetryAfterOfRateLimit
            : LongestRetryAfter;
        TimeSpan asked = Min(failure.RetryAfter ?? TimeSpan.Zero, longestRetryAfter);
        return Max(asked, failure.IsTransient ? Backoff(failuresInRow, usableFor, jitter) : PermanentBackoff);
    }

    private static TimeSpan Backoff(int failuresInRow, TimeSpan usableFor, double jitter)
    {
        TimeSpan longest = usableFor > TimeSpan.Zero ? LongestBackoffWithToken : LongestBackoffWithoutToken;
        TimeSpan backoff = Min(FirstBackoff * Math.Pow(2, Math.Min(failuresInRow, 16) - 1), longest) * (1 - (jitter / 5));
        return Min(backoff, usableFor + LongestBackoffWithoutToken);
    }

    /// <summary>The shortest time between two requests that rejected tokens force.</summary>
    /// <param name="window">The renewal window of the rejected token.</param>
    /// <param name="rejectedInRow">How many tokens fetched for a rejection have been rejected in turn.</param>
    public static TimeSpan RejectionPause(TimeSpan window, int rejectedInRow) =>
        Min(Min(LongestFirstRejectionPause, window / 4) * Math.Pow(2, Math.Min(rejectedInRow, 16)), window);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

internal enum TokenUse
{
    /// <summary>Hand out the current token.</summary>
    Use,

    /// <summary>Hand out the current token and start to renew it in the background.</summary>
    UseAndRenew,

    /// <summary>Wait for the acquisition in flight, or for one that is to be started.</summary>
    Wait,

    /// <summary>Fail at once: an acquisition failed a moment ago.</summary>
    BackOff,
}
