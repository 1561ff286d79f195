namespace SpotifyClientCredentials.Tests.Support;

internal static class TokenProviderCalls
{
    /// <summary>The token that a call returns synchronously, or null if the call has to wait or fails.</summary>
    public static AccessToken? TryGetCached(this ClientCredentialsTokenProvider provider)
    {
        ValueTask<AccessToken> getting = provider.GetTokenAsync();
        return getting.IsCompletedSuccessfully ? getting.Result : null;
    }

    /// <summary>What a call that blocks gets.</summary>
    public static AccessToken GetToken(this ClientCredentialsTokenProvider provider, CancellationToken cancellationToken)
    {
        ValueTask<AccessToken> getting = provider.GetTokenAsync(isAsync: false, startedAt: null, cancellationToken);
        return getting.IsCompletedSuccessfully ? getting.Result : getting.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Reports a 401 of a request that can't be sent again: the token is replaced as far as that is allowed, and nobody waits.</summary>
    public static void Reject(this ClientCredentialsTokenProvider provider, AccessToken rejected) => provider.Cache.OnRejected(rejected);
}
