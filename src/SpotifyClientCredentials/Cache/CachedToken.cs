using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Cache;

/// <summary>The token in the cache, with the times at which something happens to it as <see cref="TimeProvider"/> timestamps. Immutable, so that it can be read without a lock.</summary>
/// <param name="Acquired">The token as it was acquired.</param>
/// <param name="Window">Its renewal window.</param>
/// <param name="UsableUntil">The margin: from here on, no caller gets the token.</param>
/// <param name="RenewAt">From here on, the next call starts a renewal.</param>
internal sealed record CachedToken(AcquiredToken Acquired, TimeSpan Window, long UsableUntil, long RenewAt)
{
    public AccessToken Token => Acquired.Token;

    public static CachedToken From(AcquiredToken acquired, OptionsSnapshot options, TimeProvider timeProvider)
    {
        TimeSpan window = options.Window(acquired.Lifetime);
        return new CachedToken(
            acquired,
            window,
            timeProvider.TimestampAfter(acquired.IssuedAt, acquired.Lifetime - (window / 5)),
            timeProvider.TimestampAfter(acquired.IssuedAt, acquired.RenewAfter));
    }

    /// <summary>The same token with another moment of renewal, but not after the margin.</summary>
    public CachedToken WithRenewalAt(long timestamp) => this with { RenewAt = Math.Min(timestamp, UsableUntil) };
}
