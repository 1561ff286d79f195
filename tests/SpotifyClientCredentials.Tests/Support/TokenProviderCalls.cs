namespace SpotifyClientCredentials.Tests.Support;

internal static class TokenProviderCalls
{
    /// <summary>The token that a call returns synchronously, or null if the call has to wait or fails.</summary>
    public static AccessToken? TryGetCached(this ClientCredentialsTokenProvider provider)
    {
        ValueTask<AccessToken> getting = provider.GetTokenAsync();
        return getting.IsCompletedSuccessfully ? getting.Result : null;
    }
}
