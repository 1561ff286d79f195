using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>A thousand callers that wait for one token.</summary>
internal static class ThousandCallers
{
    /// <returns>The token, after all of them got it.</returns>
    public static async Task<AccessToken> GetTokenAsync(ClientCredentialsTokenProvider provider, FakeSpotify fake)
    {
        TaskCompletionSource allWait = new();
        fake.EnqueueTokenResponse(FakeResponse.Default.WaitFor(allWait.Task));
        Task<AccessToken>[] callers = [.. Enumerable.Range(0, 1000).Select(_ => provider.GetTokenAsync().AsTask())];
        Assert.DoesNotContain(callers, caller => caller.IsCompleted);
        allWait.SetResult();
        return Assert.Single((await Task.WhenAll(callers).Within()).Distinct());
    }
}
