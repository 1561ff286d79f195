using System.Net;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeSpotifyBearerTests : IAsyncLifetime
{
    private const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";

    private readonly FakeTimeProvider _time = new();
    private FakeSpotify _fake = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync(_time);
        _client = _fake.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task Call_WithAnIssuedToken_IsAnswered()
    {
        using HttpResponseMessage response = await _client.GetAsync(Track, await _client.GetTokenAsync(_fake));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Call_WithoutAToken_Is401WithAChallenge()
    {
        using HttpResponseMessage response = await _client.GetAsync(Track, token: null);

        await AssertUnauthorizedAsync(response);
        Assert.Equal("Bearer realm=\"spotify\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Call_WithAnotherInstancesToken_Is401()
    {
        await using FakeSpotify other = await FakeSpotify.StartAsync(_time);

        using HttpResponseMessage response = await _client.GetAsync(Track, await _client.GetTokenAsync(other));

        await AssertUnauthorizedAsync(response);
    }

    [Fact]
    public async Task Call_AtTheEndOfTheTokensLife_Turns401()
    {
        _fake.TokenLifetime = TimeSpan.FromMinutes(2);
        string token = await _client.GetTokenAsync(_fake);

        _time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        using HttpResponseMessage before = await _client.GetAsync(Track, token);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        _time.Advance(TimeSpan.FromTicks(1));
        using HttpResponseMessage after = await _client.GetAsync(Track, token);
        await AssertUnauthorizedAsync(after);
    }

    [Fact]
    public async Task RevokeTokens_Always_RefusesOldTokensAndNoNewOnes()
    {
        string old = await _client.GetTokenAsync(_fake);

        _fake.RevokeTokens();

        using HttpResponseMessage refused = await _client.GetAsync(Track, old);
        await AssertUnauthorizedAsync(refused);
        using HttpResponseMessage accepted = await _client.GetAsync(Track, await _client.GetTokenAsync(_fake));
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Theory]
    [InlineData("Basic abc")]
    [InlineData("Bearer")]
    [InlineData("Bearer two words")]
    [InlineData("abc")]
    public async Task Call_WithAMalformedAuthorization_Is400(string authorization)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Track);
        _ = request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            """{"error":{"status":400,"message":"Only valid bearer authentication supported"}}""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Call_ThatNeedsAUser_Is401EvenWithAGoodToken()
    {
        using HttpResponseMessage response = await _client.GetAsync("me", await _client.GetTokenAsync(_fake));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(
            """{"error":{"status":401,"message":"Valid user authentication required"}}""", await response.Content.ReadAsStringAsync());
    }

    private static async Task AssertUnauthorizedAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(
            """{"error":{"status":401,"message":"Missing/invalid/expired access token"}}""", await response.Content.ReadAsStringAsync());
    }
}
