using System.Net;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeSpotifyScriptedResponsesTests : FakeSpotifyTest
{
    [Fact]
    public async Task TokenResponse_AfterEnqueuedResponses_ReplacesTheDefaultResponse()
    {
        Fake.TokenResponse = FakeResponse.InvalidClientSecret;
        Fake.EnqueueTokenResponse(FakeResponse.UpstreamReset, times: 2);
        Fake.EnqueueTokenResponse(FakeResponse.Default);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostForStatusAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostForStatusAsync());
        Assert.Equal(HttpStatusCode.OK, await PostForStatusAsync());
        Assert.Equal(HttpStatusCode.BadRequest, await PostForStatusAsync());
        Fake.TokenResponse = null;
        Assert.Equal(HttpStatusCode.OK, await PostForStatusAsync());
        Assert.Equal(5, Fake.TokenRequests.Count);
        Assert.Empty(Fake.ApiRequests);
    }

    [Fact]
    public async Task ApiResponse_AfterEnqueuedResponses_ReplacesTheDefaultResponse()
    {
        Fake.ApiResponse = FakeResponse.UpstreamReset;
        Fake.EnqueueApiResponse(FakeResponse.RateLimited());

        Assert.Equal(HttpStatusCode.TooManyRequests, await GetForStatusAsync("markets"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetForStatusAsync("markets"));
        Fake.ApiResponse = null;
        Assert.Equal(HttpStatusCode.Unauthorized, await GetForStatusAsync("markets"));
        Assert.Equal(3, Fake.ApiRequests.Count);
    }

    [Fact]
    public async Task ApiResponder_BetweenEnqueuedAndStandingResponses_SelectsByPath()
    {
        Fake.ApiResponse = FakeResponse.UpstreamReset;
        Fake.ApiResponder = request => request.RequestUri.AbsolutePath == "/v1/markets" ? FakeResponse.Json("{}") : null;
        Fake.EnqueueApiResponse(FakeResponse.RateLimited());

        Assert.Equal(HttpStatusCode.TooManyRequests, await GetForStatusAsync("markets"));
        Assert.Equal(HttpStatusCode.OK, await GetForStatusAsync("markets"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetForStatusAsync("search"));
        Fake.ApiResponse = null;
        Assert.Equal(HttpStatusCode.Unauthorized, await GetForStatusAsync("search"));
        Fake.ApiResponder = null;
        Assert.Equal(HttpStatusCode.Unauthorized, await GetForStatusAsync("markets"));
        Assert.Equal(5, Fake.ApiRequests.Count);
    }

    [Fact]
    public async Task TokenResponder_ThatReadsTheRequest_SelectsTheResponse()
    {
        Fake.TokenResponder = request => request.Body.Contains("scope", StringComparison.Ordinal)
            ? FakeResponse.Default.WithDelay(TimeSpan.Zero)
            : FakeResponse.UpstreamReset;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostForStatusAsync());
        using HttpRequestMessage request = Fake.CreateTokenRequest(body: "grant_type=client_credentials&scope=");
        using HttpResponseMessage response = await Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Responders_ThatReadEachOthersRequests_DontBlockEachOther()
    {
        Fake.ApiResponder = _ => Fake.TokenRequests.Count > 1000 ? FakeResponse.NoResponse : null;
        Fake.TokenResponder = _ => Fake.ApiRequests.Count > 1000 ? FakeResponse.NoResponse : null;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(() =>
            number % 2 == 0 ? PostForStatusAsync() : GetForStatusAsync("markets")))).WaitAsync(Soon.HangLimit);

        Assert.Equal((100, 100), (Fake.TokenRequests.Count, Fake.ApiRequests.Count));
    }

    [Fact]
    public async Task ApiResponder_ThatThrows_Returns500WithTheTypeOfTheException()
    {
        Fake.ApiResponder = _ => throw new InvalidOperationException("not shown");

        using HttpResponseMessage response = await Client.GetAsync("markets", token: null);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("The responder threw System.InvalidOperationException.", await response.Content.ReadAsStringAsync());
        Assert.Single(Fake.ApiRequests);
    }

    [Fact]
    public async Task ApiRequests_OutsideTheWebApi_AreRecordedAndScripted()
    {
        Fake.EnqueueApiResponse(new FakeResponse(HttpStatusCode.NoContent));

        Assert.Equal(HttpStatusCode.NoContent, await GetForStatusAsync("/elsewhere"));
        Assert.Equal(HttpStatusCode.NotFound, await GetForStatusAsync("/elsewhere"));
        Assert.Equal(["/elsewhere", "/elsewhere"], Fake.ApiRequests.Select(request => request.RequestUri.AbsolutePath));
    }

    [Fact]
    public void Enqueue_WithoutResponseOrTimes_Throws()
    {
        _ = Assert.Throws<ArgumentNullException>(() => Fake.EnqueueTokenResponse(null!));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Fake.EnqueueApiResponse(FakeResponse.NoResponse, times: 0));
    }

    [Fact]
    public async Task WaitFor_UntilTheTaskCompletes_DelaysTheResponseToTheRecordedRequest()
    {
        TaskCompletionSource signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<RecordedRequest> arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake.EnqueueTokenResponse(FakeResponse.Default.WaitFor(recorded =>
        {
            arrived.SetResult(recorded);
            return signal.Task;
        }));

        Task<HttpStatusCode> response = PostForStatusAsync();
        RecordedRequest request = await arrived.Task.WaitAsync(Soon.HangLimit);
        Assert.Same(request, Assert.Single(Fake.TokenRequests));
        Assert.Equal(HttpStatusCode.OK, await PostForStatusAsync()); // the next request isn't delayed
        Assert.False(response.IsCompleted);
        signal.SetResult();

        Assert.Equal(HttpStatusCode.OK, await response);
    }

    [Fact]
    public async Task WaitFor_WhenTheTaskFails_Returns500()
    {
        Fake.ApiResponse = FakeResponse.Unauthorized.WaitFor(Task.FromException(new InvalidOperationException()));

        Assert.Equal(HttpStatusCode.InternalServerError, await GetForStatusAsync("markets"));
    }

    [Fact]
    public async Task WithDelay_OnTheServersClock_DelaysTheResponse()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake.EnqueueApiResponse(FakeResponse.UpstreamReset.WithDelay(TimeSpan.FromHours(1)).WaitFor(_ =>
        {
            arrived.SetResult();
            return Task.CompletedTask;
        }));

        Task<HttpStatusCode> response = GetForStatusAsync("markets");
        await arrived.Task.WaitAsync(Soon.HangLimit);
        _ = await PostForStatusAsync(); // long enough for a response without a delay
        Assert.False(response.IsCompleted);
        Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await response);
    }

    [Fact]
    public async Task WaitFor_WithAThousandConcurrentRequests_DelaysAndServesAll()
    {
        const int Clients = 1000;
        int waiting = 0;
        TaskCompletionSource allWaiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake.TokenResponse = FakeResponse.Default.WaitFor(_ =>
        {
            if (Interlocked.Increment(ref waiting) == Clients)
            {
                allWaiting.SetResult();
            }

            return allWaiting.Task;
        });

        HttpStatusCode[] statusCodes = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(PostForStatusAsync)));

        Assert.All(statusCodes, statusCode => Assert.Equal(HttpStatusCode.OK, statusCode));
        Assert.Equal(Clients, Fake.TokenRequests.Count);
    }

    private async Task<HttpStatusCode> PostForStatusAsync()
    {
        using HttpRequestMessage request = Fake.CreateTokenRequest();
        using HttpResponseMessage response = await Client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> GetForStatusAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path, token: null);
        return response.StatusCode;
    }
}
