using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Share;

/// <summary>How instances that share a token take turns, so that few of them request one. Pure.</summary>
internal static class SharingPolicy
{
    // How steeply the renewals of a fleet become frequent towards the end: of 20,000 instances, a few come long before the rest.
    private const double Steepness = 10;

    private static readonly TimeSpan FirstPollDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPollDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The time to the renewal: truncated exponential over the first half of the renewal window, so that one instance goes early and most go
    /// late. <paramref name="jitter"/> is uniform in [0, 1).
    /// </summary>
    public static TimeSpan RenewAfter(TimeSpan lifetime, OptionsSnapshot options, double jitter) =>
        lifetime - options.Window(lifetime) + (options.Window(lifetime) * Math.Log(1 + (jitter * (Math.Exp(Steepness) - 1))) / Steepness / 2);

    /// <summary>The time to the expiry of a stored token by this machine's clock, which may be wrong: never more than its whole lifetime.</summary>
    public static TimeSpan Remaining(AccessToken stored, TimeSpan lifetime, DateTimeOffset now) =>
        TimeSpan.FromTicks(Math.Clamp((stored.ExpiresOn - now).Ticks, 0, lifetime.Ticks));

    /// <summary>Whether to use a stored token.</summary>
    /// <param name="stored">The stored token.</param>
    /// <param name="remaining">The time to its expiry.</param>
    /// <param name="window">Its renewal window.</param>
    /// <param name="current">The token in the cache, or null: a hit is newer.</param>
    /// <param name="rejected">The token that was rejected, or null: a hit is another.</param>
    public static bool IsHit(AccessToken stored, TimeSpan remaining, TimeSpan window, AccessToken? current, AccessToken? rejected) =>
        remaining > window / 2
        && stored.Value != rejected?.Value
        && (current is null || (stored.Value != current.Value && stored.ExpiresOn > current.ExpiresOn));

    /// <summary>
    /// The time that is left before an instance requests a token itself: for all calls to the store and the lock, and for the wait for another
    /// instance. The other half of the timeout is for the request.
    /// </summary>
    /// <param name="tokenRequestTimeout">The longest time for the acquisition.</param>
    /// <param name="elapsed">The time since it started.</param>
    public static TimeSpan TimeLeft(TimeSpan tokenRequestTimeout, TimeSpan elapsed) =>
        TimeSpan.FromTicks(Math.Max(0, ((tokenRequestTimeout / 2) - elapsed).Ticks));

    /// <summary>The delay before a lookup, counted from 1, for the token that another instance requests. <paramref name="jitter"/> is uniform in [0, 1).</summary>
    public static TimeSpan PollDelay(int lookup, double jitter) =>
        TimeSpan.FromTicks(Math.Min((FirstPollDelay * Math.Pow(2, Math.Min(lookup, 16) - 1)).Ticks, LongestPollDelay.Ticks)) * (1 - (jitter / 2));

    /// <summary>The delay before an instance whose own token is still usable reads the token that another requests.</summary>
    /// <param name="window">The renewal window of its token, of which half is left for a request.</param>
    /// <param name="timeLeft">The time before this instance requests a token itself, of which a quarter is left for the lookup.</param>
    /// <param name="jitter">Uniform in [0, 1).</param>
    public static TimeSpan RenewalDelay(TimeSpan window, TimeSpan timeLeft, double jitter) =>
        TimeSpan.FromTicks(Math.Min(window.Ticks / 10, timeLeft.Ticks * 3 / 4)) * (1 - (jitter / 2));
}
