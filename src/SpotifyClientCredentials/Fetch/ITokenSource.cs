using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Fetch;

/// <summary>Where the provider gets a token from when it needs one.</summary>
internal interface ITokenSource
{
    /// <summary>Acquires a token that is not the rejected one. Ends early when <paramref name="cancellationToken"/> says so.</summary>
    /// <exception cref="TokenRequestException">No token could be had.</exception>
    Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken);
}

/// <summary>What is known where a token is needed. Immutable.</summary>
/// <param name="Options">The credentials and settings to acquire it with.</param>
/// <param name="StartedAt">The <see cref="TimeProvider"/> timestamp from which <see cref="OptionsSnapshot.TokenRequestTimeout"/> counts.</param>
internal sealed record AcquisitionRequest(OptionsSnapshot Options, long StartedAt)
{
    /// <summary>The token that is held, past its margin or not; or null.</summary>
    public CachedToken? Cached { get; init; }

    /// <summary>Whether the token that is held is still in use, so that nobody waits.</summary>
    public bool IsAhead { get; init; }

    /// <summary>Whether the token takes the place of another, which is not so of the first one with these credentials.</summary>
    public bool IsRenewal { get; init; }

    /// <summary>The token whose rejection forces this acquisition, or null.</summary>
    public AccessToken? Rejected { get; init; }

    /// <summary>Whether only the token endpoint will do: what a store had in place of a rejected token was rejected too.</summary>
    public bool IsStoreRuledOut { get; init; }

    /// <summary>Signalled when the credentials change and when the provider is disposed, also after the acquisition has ended.</summary>
    public CancellationToken WriteCancellation { get; init; }
}

/// <param name="Token">The token, which knows where it came from.</param>
/// <param name="IssuedAt">The <see cref="TimeProvider"/> timestamp from which its life counts: the moment before it was requested.</param>
/// <param name="Life">How long it lives.</param>
internal sealed record AcquiredToken(AccessToken Token, long IssuedAt, TimeSpan Life);

internal enum TokenOrigin
{
    /// <summary>It was requested for this instance.</summary>
    Endpoint,

    /// <summary>Another instance, or an earlier run of this one, had requested and stored it.</summary>
    Store,
}
