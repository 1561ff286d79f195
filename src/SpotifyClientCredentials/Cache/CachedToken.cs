using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Cache;

/// <summary>The token in the cache: when something happens to it, and what the Web API said of it. Immutable, so that it can be read without a lock.</summary>
/// <param name="Acquired">The token as it was acquired.</param>
/// <param name="Window">Its renewal window.</param>
/// <param name="UsableUntil">The margin as a <see cref="TimeProvider"/> timestamp: from here on, no caller gets the token.</param>
/// <param name="UsableUntilUtc">The margin by the wall clock. The monotonic clock stands still while a machine sleeps.</param>
/// <param name="RenewalDue">From here on, by the wall clock, it's renewed.</param>
internal sealed record CachedToken(AcquiredToken Acquired, TimeSpan Window, long UsableUntil, DateTimeOffset UsableUntilUtc, DateTimeOffset RenewalDue)
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(10);

    public AccessToken Token => Acquired.Token;

    /// <summary>Until here, by the wall clock, a call returns the token and does nothing else: it reads this one clock.</summary>
    public DateTimeOffset FreeUntil { get; private init; }

    /// <summary>Whether it was acquired because the Web API had rejected the token before it.</summary>
    public bool IsForced { get; init; }

    /// <summary>The path on which the Web API first accepted it, or null.</summary>
    public string? AcceptedOn { get; init; }

    /// <summary>Whether the Web API has accepted it on any path.</summary>
    public bool IsAccepted => AcceptedOn is not null;

    /// <summary>Whether the Web API has rejected it and not accepted it since. It stays in use until there is another.</summary>
    public bool IsSuspect { get; init; }

    /// <summary>Whether it was rejected before, which is logged once.</summary>
    public bool WasRejected { get; init; }

    public static CachedToken From(AcquiredToken acquired, OptionsSnapshot options, TimeProvider timeProvider)
    {
        TimeSpan window = options.Window(acquired.Lifetime);
        // The clocks of two instances may differ.
        TimeSpan margin = acquired.Token.IsFromStore || window / 5 < LongestMargin ? window / 5 : LongestMargin;
        // By this machine's clock, no token lives longer than its lifetime, whatever the clock of another instance, or this one before it was set back.
        DateTimeOffset latest = timeProvider.GetUtcNow() + (acquired.Lifetime - timeProvider.GetElapsedTime(acquired.IssuedAt));
        DateTimeOffset expiresOn = acquired.Token.ExpiresOn < latest ? acquired.Token.ExpiresOn : latest;
        return new CachedToken(
            acquired,
            window,
            timeProvider.TimestampAfter(acquired.IssuedAt, acquired.Lifetime - margin),
            expiresOn - margin,
            expiresOn - (acquired.Lifetime - acquired.RenewAfter)).RenewFrom(DateTimeOffset.MinValue);
    }

    public bool IsUsable(TimeProvider timeProvider) => UsableFor(timeProvider) > TimeSpan.Zero;

    /// <summary>The time until the margin by the clock that comes to it first; not above zero if it's over.</summary>
    public TimeSpan UsableFor(TimeProvider timeProvider)
    {
        TimeSpan monotonic = timeProvider.GetElapsedTime(timeProvider.GetTimestamp(), UsableUntil);
        TimeSpan wall = UsableUntilUtc - timeProvider.GetUtcNow();
        return monotonic < wall ? monotonic : wall;
    }

    /// <summary>Its renewal waits until a time, or until the margin.</summary>
    public CachedToken RenewFrom(DateTimeOffset time)
    {
        DateTimeOffset from = time > RenewalDue ? time : RenewalDue;
        return this with { FreeUntil = from < UsableUntilUtc ? from : UsableUntilUtc };
    }

    /// <summary>Expired by one of the clocks. By the other it may still seem usable.</summary>
    public CachedToken Expired() => this with { FreeUntil = DateTimeOffset.MinValue };
}
