using System.Net;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeSpotifyFaultsTests : FakeSpotifyTest
{
    private const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";

    [Fact]
    public async Task UnauthorizedInterval_OfThree_RejectsEachThirdRequestWhateverItsToken()
    {
        string token = await Client.GetTokenAsync(Fake);
        Fake.UnauthorizedInterval = 3;

        List<int> statusCodes = [];
        for (int i = 0; i < 7; i++)
        {
            using HttpResponseMessage response = await Client.GetAsync(Track, token);
            statusCodes.Add((int)response.StatusCode);
        }

        Assert.Equal([200, 200, 401, 200, 200, 401, 200], statusCodes);
        _ = await GetAsync(token, HttpStatusCode.OK);
        using HttpResponseMessage rejected = await GetAsync(token, HttpStatusCode.Unauthorized);
        Assert.Equal("""{"error":{"status":401,"message":"Access token missing"}}""", await rejected.Content.ReadAsStringAsync());
        Fake.UnauthorizedInterval = 0;
        for (int i = 0; i < 3; i++)
        {
            _ = await GetAsync(token, HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task TokenActivationDelay_UntilItIsOver_RejectsTheToken()
    {
        Fake.TokenActivationDelay = TimeSpan.FromSeconds(2);
        string token = await Client.GetTokenAsync(Fake);

        Time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        _ = await GetAsync(token, HttpStatusCode.Unauthorized);
        Time.Advance(TimeSpan.FromTicks(1));
        _ = await GetAsync(token, HttpStatusCode.OK);
    }

    [Fact]
    public async Task RateLimitedUntil_BeforeItsTime_LimitsEveryPathForWhatIsLeft()
    {
        string token = await Client.GetTokenAsync(Fake);
        Fake.RateLimitedUntil = Time.GetUtcNow().AddSeconds(30);

        using HttpResponseMessage first = await GetAsync(token, HttpStatusCode.TooManyRequests);
        Assert.Equal("30", Assert.Single(first.Headers.GetValues("Retry-After")));
        Assert.Equal("""{"error":{"status":429,"message":"API rate limit exceeded"}}""", await first.Content.ReadAsStringAsync());
        Time.Advance(TimeSpan.FromSeconds(28.5));
        using HttpResponseMessage second = await Client.GetAsync("search?q=x&type=track", token);
        Assert.Equal("2", Assert.Single(second.Headers.GetValues("Retry-After")));
        using HttpResponseMessage unauthorized = await Client.GetAsync(Track, token: null);
        Assert.Equal(HttpStatusCode.Unauthorized, unauthorized.StatusCode);
        Time.Advance(TimeSpan.FromSeconds(1.5));
        _ = await GetAsync(token, HttpStatusCode.OK);
    }

    [Fact]
    public async Task RateLimitedPath_WhenSet_LimitsThatPathAlone()
    {
        string token = await Client.GetTokenAsync(Fake);
        Fake.RateLimitedPath = $"/v1/{Track}";
        Fake.RateLimitedUntil = Time.GetUtcNow().AddSeconds(30);

        _ = await GetAsync(token, HttpStatusCode.TooManyRequests);
        using HttpResponseMessage other = await Client.GetAsync("search?q=x&type=track", token);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task TokenEndpointDownUntil_BeforeItsTime_SendsAGatewaysPage()
    {
        Fake.TokenEndpointDownUntil = Time.GetUtcNow().AddMinutes(1);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostForStatusAsync());
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await PostForStatusAsync());
    }

    [Fact]
    public async Task ApiLatency_UntilTheClockAdvances_DelaysTheResponse()
    {
        string token = await Client.GetTokenAsync(Fake);
        Fake.ApiLatency = TimeSpan.FromSeconds(3);
        TaskCompletionSource recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake.EnqueueApiResponse(FakeResponse.Default.WaitFor(_ =>
        {
            recorded.SetResult();
            return Task.CompletedTask;
        }));
        Task<HttpResponseMessage> response = GetAsync(token, HttpStatusCode.OK);
        await recorded.Task.WaitAsync(Soon.HangLimit);
        Time.Advance(TimeSpan.FromSeconds(2.9));
        _ = await Client.GetTokenAsync(Fake); // long enough for a response without a delay
        Assert.False(response.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(0.1));

        (await response.WaitAsync(Soon.HangLimit)).Dispose();
    }

    [Fact]
    public async Task ApiResponder_ThatReturnsUserRequired_MakesOnePathNeedAUser()
    {
        string token = await Client.GetTokenAsync(Fake);
        Fake.ApiResponder = request => request.RequestUri.AbsolutePath == $"/v1/{Track}" ? FakeResponse.UserRequired : null;

        using HttpResponseMessage response = await GetAsync(token, HttpStatusCode.Unauthorized);

        Assert.Equal("""{"error":{"status":401,"message":"Valid user authentication required"}}""", await response.Content.ReadAsStringAsync());
        using HttpResponseMessage other = await Client.GetAsync("search?q=x&type=track", token);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public void Settings_OutOfRange_Throw()
    {
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Fake.UnauthorizedInterval = -1);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Fake.TokenActivationDelay = TimeSpan.FromTicks(-1));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Fake.ApiLatency = TimeSpan.FromTicks(-1));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Fake.QuotaMode = (QuotaMode)2);
    }

    [Fact]
    public void Settings_AfterTheyWereSet_ReturnTheValue()
    {
        DateTimeOffset later = Time.GetUtcNow().AddHours(1);
        Assert.Equal(
            (0, TimeSpan.Zero, TimeSpan.Zero, DateTimeOffset.MinValue, null, DateTimeOffset.MinValue, QuotaMode.Development),
            (Fake.UnauthorizedInterval, Fake.TokenActivationDelay, Fake.ApiLatency, Fake.RateLimitedUntil, Fake.RateLimitedPath, Fake.TokenEndpointDownUntil, Fake.QuotaMode));

        Fake.UnauthorizedInterval = 20;
        Fake.TokenActivationDelay = Fake.ApiLatency = TimeSpan.FromSeconds(1);
        Fake.RateLimitedUntil = Fake.TokenEndpointDownUntil = later;
        Fake.RateLimitedPath = "/v1/search";
        Fake.QuotaMode = QuotaMode.Extended;

        Assert.Equal(
            (20, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), later, "/v1/search", later, QuotaMode.Extended),
            (Fake.UnauthorizedInterval, Fake.TokenActivationDelay, Fake.ApiLatency, Fake.RateLimitedUntil, Fake.RateLimitedPath, Fake.TokenEndpointDownUntil, Fake.QuotaMode));
    }

    private async Task<HttpResponseMessage> GetAsync(string token, HttpStatusCode expected)
    {
        HttpResponseMessage response = await Client.GetAsync(Track, token);
        Assert.Equal(expected, response.StatusCode);
        return response;
    }

    private async Task<HttpStatusCode> PostForStatusAsync()
    {
        using HttpRequestMessage request = Fake.CreateTokenRequest();
        using HttpResponseMessage response = await Client.SendAsync(request);
        return response.StatusCode;
    }
}
