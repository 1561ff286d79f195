using SpotifyClientCredentials.Cache;

namespace SpotifyClientCredentials.Share;

/// <summary>What instances that share a token do in turn, so that few of them request one: moments, pauses and what counts as a hit. Pure.</summary>
internal static class SharingPolicy
{
    // How steeply the draws of a fleet pile up towards the end: of 20,000 instances a few come long before the rest.
    private const double Steepness = 10;

    private static readonly TimeSpan FirstPollPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPollPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The moment of renewal as a part of the window: truncated exponential over its first half, so that one instance goes early and the
    /// crowd late; <paramref name="jitter"/> is uniform in [0, 1).
    /// </summary>
    public static double LateInHalfOfWindow(double jitter) => Math.Log(1 + (jitter * (Math.Exp(Steepness) - 1))) / Steepness / 2;

    /// <summary>How long a stored token still lives by this machine's clock, which may be wrong: never more than its whole life.</summary>
    public static TimeSpan Left(SharedToken stored, DateTimeOffset now) =>
        TimeSpan.FromTicks(Math.Clamp((stored.ExpiresOn - now).Ticks, 0, stored.Life.Ticks));

    /// <summary>Whether a stored token serves.</summary>
    /// <param name="stored">The stored token.</param>
    /// <param name="left">How long it still lives.</param>
    /// <param name="renewalWindow">The window that is asked for.</param>
    /// <param name="cached">The token that is held, or null: what serves is newer.</param>
    /// <param name="rejected">The token that was rejected, or null: what serves is another.</param>
    public static bool IsHit(SharedToken stored, TimeSpan left, TimeSpan renewalWindow, AccessToken? cached, AccessToken? rejected) =>
        left > RenewalPolicy.Window(renewalWindow, stored.Life) / 2
        && stored.Value != rejected?.Value
        && (cached is null || (stored.Value != cached.Value && stored.ExpiresOn > cached.ExpiresOn));

    /// <summary>How long a token stays in the store: until its renewal window begins.</summary>
    /// <param name="life">How long the token lives.</param>
    /// <param name="renewalWindow">The window that is asked for.</param>
    /// <param name="age">How much of its life is over.</param>
    public static TimeSpan EntryLife(TimeSpan life, TimeSpan renewalWindow, TimeSpan age) => life - RenewalPolicy.Window(renewalWindow, life) - age;

    /// <summary>The longest that a call to store or gate may take: whatever is set, time is left for a token request after two of them.</summary>
    public static TimeSpan CallLimit(TimeSpan storeTimeout, TimeSpan tokenRequestTimeout) =>
        TimeSpan.FromTicks(Math.Min(storeTimeout.Ticks, tokenRequestTimeout.Ticks / 4));

    /// <summary>The pause before the given look, counted from 1, for the value that another instance fetches; <paramref name="jitter"/> is uniform in [0, 1).</summary>
    public static TimeSpan PollPause(int look, double jitter) =>
        TimeSpan.FromTicks(Math.Min((FirstPollPause * Math.Pow(2, Math.Min(look, 16) - 1)).Ticks, LongestPollPause.Ticks)) * (1 - (jitter / 2));

    /// <summary>The longest that callers wait for the value that another instance fetches.</summary>
    /// <param name="tokenRequestTimeout">The longest that the acquisition may take.</param>
    /// <param name="elapsed">How long it has taken so far.</param>
    public static TimeSpan MaxWait(TimeSpan tokenRequestTimeout, TimeSpan elapsed) =>
        TimeSpan.FromTicks(Math.Max(0, ((tokenRequestTimeout / 2) - elapsed).Ticks));

    /// <summary>The pause after which an instance looks again for the token that another fetches, while its own is still in use.</summary>
    /// <param name="window">The renewal window of its own: draws end at its half, and after the pause there is time left for a request.</param>
    /// <param name="maxWait">The longest that callers would wait.</param>
    /// <param name="jitter">Uniform in [0, 1).</param>
    public static TimeSpan RenewerPause(TimeSpan window, TimeSpan maxWait, double jitter) =>
        TimeSpan.FromTicks(Math.Min(window.Ticks / 10, maxWait.Ticks)) * (1 - (jitter / 2));
}
