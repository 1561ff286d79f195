using System.Net;
using System.Text.Json;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeSpotifyTokenEndpointTests : FakeSpotifyTest
{
    [Fact]
    public async Task Post_WithTheRightCredentials_ReturnsABearerTokenForAnHour()
    {
        using HttpResponseMessage response = await Client.SendAsync(Fake.CreateTokenRequest());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.True(response.Headers.CacheControl?.NoStore);
        JsonElement json = await response.ReadJsonAsync();
        Assert.Equal(["access_token", "token_type", "expires_in"], json.EnumerateObject().Select(member => member.Name));
        Assert.Matches("^BQ[A-Za-z0-9_-]{100,}$", json.GetProperty("access_token").GetString());
        Assert.Equal("Bearer", json.GetProperty("token_type").GetString());
        Assert.Equal("3600", json.GetProperty("expires_in").GetRawText());
    }

    [Fact]
    public async Task Post_Repeated_ReturnsAnotherTokenAndKeepsTheFirstValid()
    {
        string first = await Client.GetTokenAsync(Fake);
        string second = await Client.GetTokenAsync(Fake);

        Assert.NotEqual(first, second);
        using HttpResponseMessage response = await Client.GetAsync("tracks/4cOdK2wGLETKBW3PvgPWqT", first);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(60_000, "60")]
    [InlineData(1_250, "1.25")]
    public async Task Post_WithAnotherTokenLifetime_ReturnsItInSeconds(int milliseconds, string expiresIn)
    {
        Fake.TokenLifetime = TimeSpan.FromMilliseconds(milliseconds);

        using HttpResponseMessage response = await Client.SendAsync(Fake.CreateTokenRequest());

        Assert.Equal(expiresIn, (await response.ReadJsonAsync()).GetProperty("expires_in").GetRawText());
    }

    public static TheoryData<string> UnknownCredentials =>
        ["", "Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Bearer abc", FakeSpotifyClient.Basic("someone", "else")];

    [Theory]
    [MemberData(nameof(UnknownCredentials))]
    public async Task Post_WithoutAKnownClientId_ReturnsInvalidClient(string authorization) => await AssertResponseAsync(
        Fake.CreateTokenRequest(authorization),
        HttpStatusCode.BadRequest,
        """{"error":"invalid_client","error_description":"Invalid client"}""");

    [Fact]
    public async Task Post_WithAWrongSecret_ReturnsInvalidClientSecret() => await AssertResponseAsync(
        Fake.CreateTokenRequest(FakeSpotifyClient.Basic(Fake.ClientId, "wrong:secret")),
        HttpStatusCode.BadRequest,
        """{"error":"invalid_client","error_description":"Invalid client secret"}""");

    [Fact]
    public async Task Post_WithTheCredentialsInTheBody_ReturnsAToken()
    {
        using HttpRequestMessage request = Fake.CreateTokenRequest(
            body: $"grant_type=client_credentials&client_id={Fake.ClientId}&client_secret={Fake.ClientSecret}");
        _ = request.Headers.Remove("Authorization");

        using HttpResponseMessage response = await Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("client_id=someone&client_secret=else", "Invalid client")]
    [InlineData("client_secret=else", "Invalid client")]
    [InlineData("client_id={0}&client_secret=wrong", "Invalid client secret")]
    public async Task Post_WithWrongCredentialsInTheBody_ReturnsInvalidClient(string credentials, string description)
    {
        using HttpRequestMessage request = Fake.CreateTokenRequest(
            body: $"grant_type=client_credentials&{credentials.Replace("{0}", Fake.ClientId, StringComparison.Ordinal)}");
        _ = request.Headers.Remove("Authorization");

        await AssertResponseAsync(
            request, HttpStatusCode.BadRequest, $$"""{"error":"invalid_client","error_description":"{{description}}"}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("grant_type=")]
    [InlineData("scope=x")]
    public async Task Post_WithoutAGrantType_ReturnsUnsupportedGrantType(string body) => await AssertResponseAsync(
        Fake.CreateTokenRequest(body: body),
        HttpStatusCode.BadRequest,
        """{"error":"unsupported_grant_type","error_description":"grant_type parameter is missing"}""");

    [Fact]
    public async Task Post_WithAnotherGrantType_ReturnsAnErrorThatNamesIt() => await AssertResponseAsync(
        Fake.CreateTokenRequest(body: "grant_type=password"),
        HttpStatusCode.BadRequest,
        """{"error":"unsupported_grant_type","error_description":"grant_type password is not supported"}""");

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task Post_WithAnotherContentType_Returns415(string contentType) => await AssertResponseAsync(
        Fake.CreateTokenRequest(contentType: contentType),
        HttpStatusCode.UnsupportedMediaType,
        """{"error":"server_error","error_description":"Unexpected status: 415"}""");

    [Fact]
    public async Task Post_WithoutContentType_Returns500() => await AssertResponseAsync(
        Fake.CreateTokenRequest(contentType: null), HttpStatusCode.InternalServerError, """{"error":"server_error"}""");

    [Fact]
    public async Task Post_WithACharset_ReturnsAToken()
    {
        using HttpResponseMessage response = await Client.SendAsync(
            Fake.CreateTokenRequest(contentType: "application/x-www-form-urlencoded; charset=utf-8"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Get_Always_Returns405()
    {
        using HttpResponseMessage response = await Client.GetAsync(Fake.TokenEndpoint);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task TokenLatency_UntilTheClockAdvances_DelaysTheResponseToTheRecordedRequest()
    {
        Fake.TokenLatency = TimeSpan.FromSeconds(3);
        Task<string> token = await SendRecordedTokenRequestAsync();

        Time.Advance(TimeSpan.FromSeconds(2.9));
        using HttpResponseMessage other = await Client.GetAsync("markets"); // long enough for a response without a delay
        Assert.False(token.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.NotEmpty(await token.WaitAsync(Soon.HangLimit));
    }

    [Fact]
    public async Task TokenLifetime_WithADelayedResponse_StartsWithTheRequest()
    {
        Fake.TokenLatency = TimeSpan.FromMinutes(10);
        Task<string> waiting = await SendRecordedTokenRequestAsync();
        Time.Advance(TimeSpan.FromMinutes(10));
        string token = await waiting.WaitAsync(Soon.HangLimit);

        Time.Advance(TimeSpan.FromMinutes(50));

        using HttpResponseMessage response = await Client.GetAsync("tracks/4cOdK2wGLETKBW3PvgPWqT", token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public void Settings_OutOfRange_Throw()
    {
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Fake.TokenLifetime = TimeSpan.Zero);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Fake.TokenLatency = TimeSpan.FromTicks(-1));
    }

    private async Task<Task<string>> SendRecordedTokenRequestAsync()
    {
        TaskCompletionSource recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake.TokenResponse = FakeResponse.Default.WaitFor(_ =>
        {
            recorded.SetResult();
            return Task.CompletedTask;
        });
        Task<string> token = Client.GetTokenAsync(Fake);
        await recorded.Task.WaitAsync(Soon.HangLimit);
        return token;
    }

    private async Task AssertResponseAsync(HttpRequestMessage request, HttpStatusCode statusCode, string body)
    {
        using HttpResponseMessage response = await Client.SendAsync(request);
        Assert.Equal(statusCode, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }
}
