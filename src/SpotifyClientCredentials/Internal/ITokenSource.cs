namespace SpotifyClientCredentials.Internal;

/// <summary>Where the provider gets a token from when it needs one.</summary>
internal interface ITokenSource
{
    /// <summary>Acquires a token that is not <paramref name="rejected"/>. Ends early when <paramref name="cancellationToken"/> says so.</summary>
    /// <exception cref="TokenRequestException">No token could be had.</exception>
    Task<AcquiredToken> AcquireAsync(ValidOptions options, AccessToken? rejected, CancellationToken cancellationToken);
}

/// <param name="Token">The token.</param>
/// <param name="IssuedAt">The <see cref="TimeProvider"/> timestamp from which its life counts: the moment before it was requested.</param>
/// <param name="Life">How long it lives.</param>
internal sealed record AcquiredToken(AccessToken Token, long IssuedAt, TimeSpan Life);
