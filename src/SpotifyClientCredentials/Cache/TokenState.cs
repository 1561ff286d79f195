using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Cache;

/// <summary>What is known of an app's tokens between two events. Each method is an event and returns the state after it. Pure and immutable.</summary>
internal sealed record TokenState
{
    public static TokenState Initial { get; } = new();

    /// <summary>The token in the cache, usable or not; or null.</summary>
    public CachedToken? Current { get; private init; }

    /// <summary>The token before it, which messages that are sent again may still carry.</summary>
    public AccessToken? Previous { get; private init; }

    /// <summary>The last failure, and what it forbids. Kept until a success, because it counts the failures in a row.</summary>
    public Backoff? Backoff { get; private init; }

    /// <summary>What rejected tokens have cost.</summary>
    public ForcedRenewals Forced { get; private init; } = ForcedRenewals.None;

    /// <summary>The paths that refuse every token.</summary>
    public RefusedPaths Refused { get; private init; } = RefusedPaths.None;

    /// <summary>Whether it matters that the Web API accepts a token: it's new or suspect, or a path has refused one.</summary>
    public bool AwaitsAcceptance => Current is { IsAccepted: false } or { IsSuspect: true } || !Refused.IsEmpty;

    /// <summary>Whether a value is that of the current token or of the one before it.</summary>
    public bool Knows(string? value) => value is not null && (Current?.Token.Value == value || Previous?.Value == value);

    /// <summary>Whether a token is the current one and the Web API has accepted it.</summary>
    public bool HasAccepted(AccessToken token) => Current is { IsAccepted: true } && Current.Token.HasSameValueAs(token);

    /// <summary>The rest of the backoff; not above zero if there is none.</summary>
    public TimeSpan BackoffLeft(TimeProvider timeProvider) => Backoff?.Remaining(timeProvider) ?? TimeSpan.Zero;

    /// <summary>The time until the current token, once rejected, may cost a request; not above zero if it may now.</summary>
    public TimeSpan ForcedWait(TimeProvider timeProvider) => Forced.Wait(Current!, timeProvider);

    /// <summary>An acquisition has started while the token is usable: until it ends, no other starts.</summary>
    public TokenState Renewing() => this with { Current = Current!.RenewFrom(Current.UsableUntilUtc) };

    /// <summary>The current token has expired by one of the clocks.</summary>
    public TokenState Expired() => this with { Current = Current!.Expired() };

    /// <summary>An acquisition brought a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="isForced">Whether it replaces one that the Web API rejected.</param>
    /// <param name="timeProvider">The clock.</param>
    public TokenState Acquired(CachedToken token, bool isForced, TimeProvider timeProvider) => this with
    {
        Current = token with { IsForced = isForced },
        Previous = Current?.Token ?? Previous,
        Backoff = null,
        Forced = !isForced ? Forced.EndRow() : token.Token.IsFromStore ? Forced : Forced.Used(Current!, timeProvider),
    };

    /// <summary>An acquisition failed.</summary>
    public TokenState Failed(TokenRequestException failure, TimeProvider timeProvider)
    {
        TimeSpan usableFor = Current?.UsableFor(timeProvider) ?? TimeSpan.Zero;
        Backoff backoff = Backoff.After(failure, Backoff, timeProvider, Current?.IsSuspect == true ? TimeSpan.Zero : usableFor);
        return this with
        {
            Backoff = backoff,
            Current = usableFor > TimeSpan.Zero ? Current!.RenewFrom(timeProvider.GetUtcNow() + backoff.Length) : Current,
        };
    }

    /// <summary>The Web API rejected the current token. It stays in use until there is another.</summary>
    public TokenState Rejected() => Current!.IsSuspect ? this : this with
    {
        Current = Current with { IsSuspect = true, WasRejected = true },
        Backoff = Backoff?.WithoutToken(),
    };

    /// <summary>The Web API accepted a token on a path.</summary>
    public TokenState Accepted(AccessToken token, string path, long now)
    {
        TokenState next = Refused.IsEmpty ? this : this with { Refused = Refused.Accepted(path, token, now) };
        return Current?.Token.HasSameValueAs(token) != true ? next : next with
        {
            Current = Current with { AcceptedOn = Current.AcceptedOn ?? path, IsSuspect = false },
            Forced = Forced.EndRow(),
        };
    }

    /// <summary>A path refused a token that had just replaced another.</summary>
    public TokenState RefusedByPath(AccessToken token, string path, TimeProvider timeProvider)
    {
        long now = timeProvider.GetTimestamp();
        // A token that was accepted on this very path, and no longer is, may have been revoked.
        bool isAboutPath = HasAccepted(token) && Current!.AcceptedOn != path;
        return Current is null ? this : this with
        {
            Refused = Refused.Add(new Refusal(path, token, isAboutPath, timeProvider.TimestampAfter(now, Current.Window)), now),
        };
    }

    /// <summary>The credentials changed: nothing that is known concerns the new ones.</summary>
    public TokenState CredentialsChanged() => Initial with { Previous = Current?.Token ?? Previous };
}
