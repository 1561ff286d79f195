using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Cache;

/// <summary>The token in use and its moments, as <see cref="TimeProvider"/> timestamps. Immutable, so that it can be read without a lock.</summary>
internal sealed record CachedToken
{
    public required AccessToken Token { get; init; }

    public required TimeSpan Window { get; init; }

    /// <summary>Its margin: from here on it is no longer handed out.</summary>
    public required long UsableUntil { get; init; }

    /// <summary>Until here no caller has anything to do but to take it: its renewal is not due, or has been seen to.</summary>
    public required long RenewAt { get; init; }

    /// <param name="acquired">The token as it came.</param>
    /// <param name="options">What it was acquired with.</param>
    /// <param name="jitter">Uniform in [0, 1): where in the window the renewal starts.</param>
    /// <param name="timeProvider">The clock that <paramref name="acquired"/> was timed with.</param>
    public static CachedToken From(AcquiredToken acquired, OptionsSnapshot options, double jitter, TimeProvider timeProvider)
    {
        TimeSpan window = RenewalPolicy.Window(options.RenewalWindow, acquired.Life);
        double renewsAt = options.Sharing is null ? RenewalPolicy.EarlyInWindow(jitter) : SharingPolicy.LateInHalfOfWindow(jitter);
        return new CachedToken
        {
            Token = acquired.Token,
            Window = window,
            UsableUntil = timeProvider.TimestampAfter(acquired.IssuedAt, RenewalPolicy.Usable(acquired.Life, window)),
            RenewAt = timeProvider.TimestampAfter(acquired.IssuedAt, RenewalPolicy.UntilRenewal(acquired.Life, window, renewsAt)),
        };
    }

    /// <summary>The same token, with nothing to be done before the given moment.</summary>
    public CachedToken WithRenewalAt(long timestamp) => this with { RenewAt = Math.Min(timestamp, UsableUntil) };
}
