using System.Net;
using SpotifyClientCredentials.Cache;
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

        AccessToken good;
        if (hostile.Lifetime is { } lifetime)
        {
            AccessToken token = await getting.Within();
            Assert.Equal((hostile.Token, start + TimeSpan.FromSeconds(lifetime)), (token.Value, token.ExpiresOn));
            Assert.Same(token, endpoint.Provider.TryGetCached());
            Assert.Equal(1, endpoint.Requests);
            endpoint.Recover();
            endpoint.Clock.Advance(TimeSpan.FromSeconds(lifetime));
            good = await endpoint.Provider.GetTokenAsync().AsTask().Within();
        }
        else
        {
            good = await FailAndRecoverAsync(endpoint, hostile, getting, secrets);
        }

        Assert.InRange(endpoint.BytesRead, 0, hostile.HeadLength + (64 * 1024) + (16 * 1024));
        Assert.Equal(HostileEndpoint.GoodToken, good.Value);
        Assert.Equal(hostile.Reachability == Reachability.Reachable ? 2 : 1, endpoint.Requests);
        secrets.Add("good token", good.Value).AssertNoneIn(endpoint.Log.Text);
    }

    private static async Task PassTimeAsync(HostileEndpoint endpoint, HostileResponse hostile, Task getting)
    {
        // A request may take half of TokenRequestTimeout, which is ten pauses.
        for (int pauses = 1; hostile.IsSlow && pauses <= 10; pauses++)
        {
            await Soon.UntilAsync(() => endpoint.Pauses >= pauses || getting.IsCompleted);
            Assert.False(getting.IsCompleted);
            endpoint.Clock.Advance(HostileConnection.Pause);
        }
    }

    /// <returns>The good token, after the backoff.</returns>
    private static async Task<AccessToken> FailAndRecoverAsync(HostileEndpoint endpoint, HostileResponse hostile, Task<AccessToken> getting, SecretSearch secrets)
    {
        await Soon.UntilAsync(() => endpoint.Log.Events(3).Any());
        Backoff backoff = endpoint.Provider.Cache.State.Backoff!;
        AssertExpected(hostile, backoff.Failure);
        Assert.InRange(backoff.Length, hostile.Backoff.Shortest, hostile.Backoff.Longest);
        secrets.AssertNoneIn(backoff.Failure.ToString());
        int requests = endpoint.Requests;
        Assert.Equal(hostile.Reachability == Reachability.Reachable ? 1 : 0, requests);

        endpoint.Recover();
        // The caller waits for the next request, if it's due within its time.
        bool isWaiting = hostile.IsTransient && backoff.Length < TimeSpan.FromSeconds(hostile.IsSlow ? 5 : 10);
        if (!isWaiting)
        {
            TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => getting.Within());
            AssertExpected(hostile with { RetryAfter = backoff.Length.TotalSeconds }, failure);
            secrets.AssertNoneIn(failure.ToString());
        }

        endpoint.Clock.Advance(backoff.Length - TimeSpan.FromTicks(1));
        Assert.Equal(requests, endpoint.Requests);
        if (isWaiting)
        {
            Assert.False(getting.IsCompleted);
        }
        else
        {
            TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => endpoint.Provider.GetTokenAsync().AsTask().Within());
            Assert.Equal((hostile.IsTransient, (HttpStatusCode?)hostile.Status, TimeSpan.FromTicks(1)), (failure.IsTransient, failure.StatusCode, failure.RetryAfter));
        }

        endpoint.Clock.Advance(TimeSpan.FromTicks(1));
        return await (isWaiting ? getting : endpoint.Provider.GetTokenAsync().AsTask()).Within();
    }

    private static void AssertExpected(HostileResponse hostile, TokenRequestException failure)
    {
        Assert.Equal((hostile.Status, hostile.Error), ((int?)failure.StatusCode, failure.Error));
        Assert.Equal((hostile.RetryAfter, hostile.IsTransient), (failure.RetryAfter?.TotalSeconds, failure.IsTransient));
        Assert.Equal(hostile.HttpRequestError, ErrorOf(failure));
        Assert.Contains(hostile.Message, failure.Message, StringComparison.Ordinal);
    }

    private static HttpRequestError ErrorOf(Exception failure) => failure switch
    {
        HttpRequestException e => e.HttpRequestError,
        HttpIOException e => e.HttpRequestError,
        // What a cancelled request throws inside depends on how far its connection was closed.
        OperationCanceledException => HttpRequestError.Unknown,
        { InnerException: { } inner } => ErrorOf(inner),
        _ => HttpRequestError.Unknown,
    };
}
