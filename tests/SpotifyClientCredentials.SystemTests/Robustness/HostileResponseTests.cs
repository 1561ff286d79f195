using System.Net;
using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>Everything that a token endpoint, or a proxy in front of it, may send: see <see cref="HostileResponses"/>.</summary>
public sealed class HostileResponseTests
{
    public static TheoryData<string> Names => [.. HostileResponses.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task GetTokenAsync_WithAHostileResponse_MatchesTheTableAndUsesTheNextGoodResponse(string name)
    {
        HostileResponse hostile = HostileResponses.All[name];
        await using HostileEndpoint endpoint = new(hostile);
        DateTimeOffset start = endpoint.Clock.GetUtcNow();
        SecretSearch secrets = new SecretSearch().AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret).Add("token", hostile.Token);

        Task<AccessToken> getting = endpoint.Provider.GetTokenAsync().AsTask();
        await PassTimeAsync(endpoint, hostile, getting);

        if (hostile.Lifetime is { } lifetime)
        {
            AccessToken token = await getting.Within();
            Assert.Equal((hostile.Token, start + TimeSpan.FromSeconds(lifetime)), (token.Value, token.ExpiresOn));
            Assert.Same(token, endpoint.Provider.TryGetCached());
            Assert.Equal(1, endpoint.Requests);
            endpoint.Recover();
            endpoint.Clock.Advance(TimeSpan.FromSeconds(lifetime));
        }
        else
        {
            TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => getting.Within());
            AssertExpected(hostile, failure);
            secrets.AssertNoneIn(failure.ToString());
            int requests = hostile.Reachability == Reachability.Reachable ? 1 : 0;
            Assert.Equal(requests, endpoint.Requests);
            endpoint.Recover();
            await PassBackoffAsync(endpoint, hostile, secrets);
            Assert.Equal(requests, endpoint.Requests);
        }

        Assert.InRange(endpoint.BytesRead, 0, hostile.HeadLength + (64 * 1024) + (16 * 1024));
        AccessToken good = await endpoint.Provider.GetTokenAsync().AsTask().Within();
        Assert.Equal(HostileEndpoint.GoodToken, good.Value);
        Assert.Equal(hostile.Reachability == Reachability.Reachable ? 2 : 1, endpoint.Requests);
        secrets.Add("good token", good.Value).AssertNoneIn(endpoint.Log.Text);
    }

    [Theory]
    [InlineData("503 with an HTML page", 3)]
    [InlineData("RST before the response", 3)]
    [InlineData("400 invalid_client, wrong secret", 1)]
    [InlineData("token with CR LF", 1)]
    public async Task GetTokenAsync_WithTwoRetries_RetriesOnlyTransientFailures(string name, int requests)
    {
        await using HostileEndpoint endpoint = new(HostileResponses.All[name], maxRetryAttempts: 2);
        Task<AccessToken> getting = endpoint.Provider.GetTokenAsync().AsTask();
        // The first timer is the time limit of the acquisition; then each attempt sets one for its time limit and one for the pause after it.
        for (int attempt = 1; attempt < requests; attempt++)
        {
            await Soon.UntilAsync(() => endpoint.Clock.Timers.Count >= 1 + (2 * attempt));
            endpoint.Clock.Advance(endpoint.Clock.Timers[2 * attempt]);
        }

        await Assert.ThrowsAsync<TokenRequestException>(() => getting.Within());
        Assert.Equal(requests, endpoint.Requests);
    }

    private static async Task PassTimeAsync(HostileEndpoint endpoint, HostileResponse hostile, Task getting)
    {
        // An attempt may take half of TokenRequestTimeout, which is ten pauses.
        for (int pauses = 1; hostile.IsSlow && pauses <= 10; pauses++)
        {
            await Soon.UntilAsync(() => endpoint.Pauses >= pauses || getting.IsCompleted);
            Assert.False(getting.IsCompleted);
            endpoint.Clock.Advance(HostileConnection.Pause);
        }
    }

    private static void AssertExpected(HostileResponse hostile, TokenRequestException failure)
    {
        Assert.Equal((hostile.Status, hostile.Error), ((int?)failure.StatusCode, failure.Error));
        Assert.Equal(hostile.RetryAfter, failure.RetryAfter?.TotalSeconds);
        Assert.Equal((hostile.IsTransient, hostile.HttpRequestError), (failure.IsTransient, failure.HttpRequestError));
        Assert.Contains(hostile.Message, failure.Message, StringComparison.Ordinal);
        Assert.Null(((HttpRequestException)failure).StatusCode);
    }

    private static async Task PassBackoffAsync(HostileEndpoint endpoint, HostileResponse hostile, SecretSearch secrets)
    {
        TokenRequestException failure = await FailImmediatelyAsync(endpoint);
        secrets.AssertNoneIn(failure.ToString());
        Assert.Equal((hostile.IsTransient, (HttpStatusCode?)hostile.Status), (failure.IsTransient, failure.StatusCode));
        TimeSpan backoff = Assert.NotNull(failure.RetryAfter);
        Assert.InRange(backoff, hostile.Backoff.Shortest, hostile.Backoff.Longest);

        endpoint.Clock.Advance(backoff - TimeSpan.FromTicks(1));
        await FailImmediatelyAsync(endpoint);
        endpoint.Clock.Advance(TimeSpan.FromTicks(1));
    }

    private static async Task<TokenRequestException> FailImmediatelyAsync(HostileEndpoint endpoint)
    {
        ValueTask<AccessToken> getting = endpoint.Provider.GetTokenAsync();
        Assert.True(getting.IsFaulted);
        return await Assert.ThrowsAsync<TokenRequestException>(async () => await getting);
    }
}
