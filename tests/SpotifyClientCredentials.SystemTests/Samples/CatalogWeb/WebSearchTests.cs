using System.Globalization;
using System.Net;
using System.Text.Json;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>The responses of <c>/api/search</c>, in success and in failure.</summary>
public sealed class WebSearchTests : IAsyncLifetime
{
    private FakeSpotify _fake = null!;
    private WebProcess _web = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync();
        _web = await WebProcess.StartAsync([.. WebProcess.CredentialsOf(_fake)]);
    }

    public async Task DisposeAsync()
    {
        await _web.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task Search_ForWords_ListsTracksUnderTheirAlbums()
    {
        (HttpStatusCode status, JsonElement body, _) = await SearchAsync("kettles%20the%20");

        Assert.Equal(HttpStatusCode.OK, status);
        string covers = new Uri(_fake.ApiBaseAddress, "/covers/").AbsoluteUri;
        Assert.Equal(
            $$"""
            {"albums":[{"name":"Nine Borrowed Kettles","artists":"Velda Marrowick","year":"2021","cover":"{{covers}}6k6RZnE7NPWIBRuKdLUjYL.svg","page":"https://open.spotify.com/album/6k6RZnE7NPWIBRuKdLUjYL","tracks":[{"name":"Return the Kettles","seconds":159}]}]}
            """,
            body.GetRawText());
        Assert.Equal("/v1/search?q=kettles%20the&type=track&limit=10", Assert.Single(_fake.ApiRequests).RequestUri.PathAndQuery);
    }

    [Fact]
    public async Task Search_WithSeveralTracksOfOneAlbum_NamesTheAlbumOnce()
    {
        (_, JsonElement body, _) = await SearchAsync("lantern");

        Assert.Equal(4, Assert.Single(body.GetProperty("albums").EnumerateArray().ToArray()).GetProperty("tracks").GetArrayLength());
    }

    [Theory]
    [InlineData("")]
    [InlineData("%20")]
    public async Task Search_WithoutWords_AsksForThemAndNotSpotify(string words)
    {
        (HttpStatusCode status, JsonElement body, _) = await SearchAsync(words);

        Assert.Equal((HttpStatusCode.BadRequest, "Enter a word to search for."), (status, Detail(body)));
        Assert.Empty(_fake.ApiRequests);
    }

    [Theory]
    [InlineData(400, 400, "Spotify can't search for these words. Try different ones.")]
    [InlineData(403, 502, "Spotify rejected this app. The owner of an app in development mode needs Spotify Premium.")]
    [InlineData(404, 502, "The Spotify Web API returned 404 (NotFound). Try again later.")]
    public async Task Search_WhenTheApiRejectsTheRequest_SaysWhy(int apiStatus, int status, string detail)
    {
        _fake.ApiResponse = new FakeResponse((HttpStatusCode)apiStatus);

        (HttpStatusCode actual, JsonElement body, _) = await SearchAsync("tide");

        Assert.Equal(((HttpStatusCode)status, detail), (actual, Detail(body)));
        Assert.Single(_fake.ApiRequests);
    }

    [Theory]
    [InlineData("<html>Welcome to our free network</html>")]
    [InlineData("""{ "tracks": {} }""")]
    public async Task Search_WhenAnotherServerResponds_SaysSo(string body)
    {
        _fake.ApiResponse = FakeResponse.Json(body);

        (HttpStatusCode status, JsonElement response, _) = await SearchAsync("tide");

        Assert.Equal((HttpStatusCode.BadGateway, "The server that responded is not the Spotify Web API."), (status, Detail(response)));
    }

    [Theory]
    [InlineData(6, "6 seconds")] // longer than MaxWait
    [InlineData(90, "2 minutes")]
    [InlineData(86_400, "24 hours")]
    public async Task Search_WhereSpotifyAsksForALongPause_DoesNotSitItOut(int seconds, string inWords)
    {
        _fake.ApiResponse = FakeResponse.RateLimited(TimeSpan.FromSeconds(seconds));

        (HttpStatusCode status, JsonElement body, string? retryAfter) = await SearchAsync("tide");

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal($"This app has reached Spotify's rate limit. Try again in {inWords}.", Detail(body));
        Assert.Equal($"{seconds}", retryAfter);
        Assert.Single(_fake.ApiRequests);
    }

    [Fact]
    public async Task Search_WhereTroubleIsShort_TriesAgain()
    {
        _fake.EnqueueApiResponse(FakeResponse.RateLimited(TimeSpan.Zero));
        _fake.EnqueueApiResponse(FakeResponse.ServiceUnavailableHtml);

        (HttpStatusCode status, _, _) = await SearchAsync("tide");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(3, _fake.ApiRequests.Count);
    }

    [Fact]
    public async Task Search_WithoutAToken_SaysSoAtOnce()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenResponse = FakeResponse.RateLimited(TimeSpan.FromHours(1));
        await using WebProcess web = await WebProcess.StartAsync([.. WebProcess.CredentialsOf(fake)]);

        (HttpStatusCode status, JsonElement body, string? retryAfter) = await SearchAsync("tide", web);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("No access token is available at the moment. Try again in 60 minutes.", Detail(body));
        Assert.InRange(int.Parse(retryAfter!, CultureInfo.InvariantCulture), 3550, 3600);
        // At the start: retries would not shorten the pause that was asked for.
        Assert.Single(fake.TokenRequests);
    }

    [Fact]
    public async Task Search_WithARevokedTokenThatCannotBeReplaced_SaysThatTheApiRejectsIt()
    {
        _fake.TokenResponse = FakeResponse.ServiceUnavailableHtml;
        _fake.RevokeTokens();

        (HttpStatusCode status, JsonElement body, _) = await SearchAsync("tide");

        Assert.Equal((HttpStatusCode.BadGateway, "The Spotify Web API returned 401 (Unauthorized). Try again later."), (status, Detail(body)));
        Assert.Equal(2, _fake.TokenRequests.Count);
    }

    // Once the last token has expired.
    [Fact]
    public async Task Search_WithCredentialsThatWereWithdrawn_SaysThatSomebodyHasToAct()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenLifetime = TimeSpan.FromSeconds(2);
        await using WebProcess web = await WebProcess.StartAsync([.. WebProcess.CredentialsOf(fake)]);
        fake.TokenResponse = FakeResponse.InvalidClientSecret;
        using CancellationTokenSource limit = new(SampleStart.HangLimit);

        string? detail = null;
        while (detail != "Spotify rejected this app's credentials. The operator of the app must correct them.")
        {
            limit.Token.ThrowIfCancellationRequested();
            (HttpStatusCode status, JsonElement body, _) = await SearchAsync("tide", web);
            detail = status == HttpStatusCode.BadGateway ? Detail(body) : null;
        }
    }

    private static string? Detail(JsonElement body) => body.GetProperty("detail").GetString();

    private async Task<(HttpStatusCode Status, JsonElement Body, string? RetryAfter)> SearchAsync(string words, WebProcess? web = null)
    {
        using HttpResponseMessage response = await (web ?? _web).Client.GetAsync($"api/search?q={words}");
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, body.RootElement.Clone(), response.Headers.RetryAfter?.ToString());
    }
}
