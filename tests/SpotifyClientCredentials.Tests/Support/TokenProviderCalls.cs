namespace SpotifyClientCredentials.Tests.Support;

internal static class TokenProviderCalls
{
    /// <summary>The token that a call returns synchronously, or null where the call would have to wait or fails.</summary>
    public static AccessToken? TakeAtOnce(this ClientCredentialsTokenProvider provider)
    {
        ValueTask<AccessToken> getting = provider.GetTokenAsync();
        return getting.IsCompletedSuccessfully ? getting.Result : null;
    }
}
