using System.Net;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeSpotifyBearerTests : FakeSpotifyTest
{
    private const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";

    [Fact]
    public async Task Get_WithAnIssuedToken_ReturnsTheTrack()
    {
        using HttpResponseMessage response = await Client.GetAsync(Track, await Client.GetTokenAsync(Fake));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Get_WithoutAToken_Returns401WithAChallenge()
    {
        using HttpResponseMessage response = await Client.GetAsync(Track, token: null);

        await AssertUnauthorizedAsync(response);
        Assert.Equal("Bearer realm=\"spotify\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Get_WithATokenOfAnotherInstance_Returns401()
    {
        await using FakeSpotify other = await FakeSpotify.StartAsync(Time);

        using HttpResponseMessage response = await Client.GetAsync(Track, await Client.GetTokenAsync(other));

        await AssertUnauthorizedAsync(response);
    }

    [Fact]
    public async Task Get_WhenTheTokenExpires_Returns401()
    {
        Fake.TokenLifetime = TimeSpan.FromMinutes(2);
        string token = await Client.GetTokenAsync(Fake);

        Time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        using HttpResponseMessage before = await Client.GetAsync(Track, token);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        Time.Advance(TimeSpan.FromTicks(1));
        using HttpResponseMessage after = await Client.GetAsync(Track, token);
        await AssertUnauthorizedAsync(after);
    }

    [Fact]
    public async Task RevokeTokens_Always_RejectsEarlierTokensOnly()
    {
        string earlier = await Client.GetTokenAsync(Fake);

        Fake.RevokeTokens();

        using HttpResponseMessage rejected = await Client.GetAsync(Track, earlier);
        await AssertUnauthorizedAsync(rejected);
        using HttpResponseMessage accepted = await Client.GetAsync(Track, await Client.GetTokenAsync(Fake));
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Theory]
    [InlineData("Basic abc")]
    [InlineData("Bearer")]
    [InlineData("Bearer two words")]
    [InlineData("abc")]
    public async Task Get_WithAMalformedAuthorization_Returns400(string authorization)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Track);
        _ = request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using HttpResponseMessage response = await Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            """{"error":{"status":400,"message":"Only valid bearer authentication supported"}}""",
            await response.Content.ReadAsStringAsync());
        Assert.Equal("Bearer realm=\"spotify\", error=\"invalid_request\"", response.Headers.WwwAuthenticate.ToString());
    }

    private static async Task AssertUnauthorizedAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(
            """{"error":{"status":401,"message":"Missing/invalid/expired access token"}}""", await response.Content.ReadAsStringAsync());
    }
}
