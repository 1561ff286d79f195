using System.Net;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Many concurrent calls that get a 401, on real sockets.</summary>
[Collection(NonParallel.Name)]
public class BearerTokenHandlerFloodTests
{
    private const int Callers = 1000;

    [Fact]
    public async Task SendAsync_WhenAThousandCallsGetA401_RenewsOnceAndAllSucceed()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        using HttpResponseMessage earlier = await app.GetTrackAsync();
        app.Fake.RevokeTokens();
        TaskCompletionSource allArrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int arrived = 0;
        app.Fake.EnqueueApiResponse(FakeResponse.Unauthorized.WaitFor(_ =>
        {
            if (Interlocked.Increment(ref arrived) == Callers)
            {
                allArrived.SetResult();
            }

            return allArrived.Task;
        }), Callers);

        HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            using HttpResponseMessage response = await app.GetTrackAsync();
            return response.StatusCode;
        }));

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(2, app.Fake.TokenRequests.Count);
        Assert.Equal(1 + (2 * Callers), app.Fake.ApiRequests.Count);
    }

    [Fact]
    public async Task SendAsync_WhenTheApiAlwaysReturns401ToAHundredCallers_RenewsOnce()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        app.Fake.ApiResponse = FakeResponse.Unauthorized;

        string[] bodies = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using HttpResponseMessage response = await app.GetTrackAsync();
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }));

        Assert.All(bodies, body => Assert.Contains("Missing/invalid/expired access token", body, StringComparison.Ordinal));
        Assert.Equal(2, app.Fake.TokenRequests.Count);
    }
}
