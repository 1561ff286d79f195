using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeSpotifyWebApiTests : FakeSpotifyTest
{
    private const string Artist = "6f7xN7bSNPKoafBg1Xd6MJ";
    private const string Album = "5GoNNzcUDBJEUYqXDJMBBY";
    private const string Show = "0limEK7GPJiJYIbEPB298x";
    private const string Episode = "1KuKgseNGIVilLRmPJncIb";
    private const string Audiobook = "7iHfbu1YPACw6oZPAFJtqe";
    private const string UnknownId = "0000000000000000000000";

    private string _token = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _token = await Client.GetTokenAsync(Fake);
    }

    [Fact]
    public async Task GetTrack_WithSpotifysExampleId_ReturnsATrackObject()
    {
        JsonElement track = await GetJsonAsync("tracks/4cOdK2wGLETKBW3PvgPWqT");

        Assert.Equal("4cOdK2wGLETKBW3PvgPWqT", track.GetProperty("id").GetString());
        Assert.Equal("track", track.GetProperty("type").GetString());
        Assert.Equal("spotify:track:4cOdK2wGLETKBW3PvgPWqT", track.GetProperty("uri").GetString());
        Assert.Equal($"{Fake.ApiBaseAddress}tracks/4cOdK2wGLETKBW3PvgPWqT", track.GetProperty("href").GetString());
        Assert.Equal(
            "https://open.spotify.com/track/4cOdK2wGLETKBW3PvgPWqT", track.GetProperty("external_urls").GetProperty("spotify").GetString());
        Assert.NotEmpty(track.GetProperty("name").GetString()!);
        Assert.True(track.GetProperty("duration_ms").GetInt32() > 0);
        Assert.Equal(Artist, track.GetProperty("artists")[0].GetProperty("id").GetString());
        Assert.Equal(Album, track.GetProperty("album").GetProperty("id").GetString());
        JsonElement.ArrayEnumerator images = track.GetProperty("album").GetProperty("images").EnumerateArray();
        Assert.Equal([640, 300, 64], images.Select(image => image.GetProperty("width").GetInt32()));
    }

    [Theory]
    [InlineData($"albums/{Album}", "album")]
    [InlineData($"artists/{Artist}", "artist")]
    [InlineData($"shows/{Show}?market=SE", "show")]
    [InlineData($"episodes/{Episode}?market=SE", "episode")]
    [InlineData($"audiobooks/{Audiobook}", "audiobook")]
    [InlineData("chapters/5eKc2WzNv8QyTf6LmXo3Hb", "chapter")]
    [InlineData("playlists/3cEYpjA9oz9GiPac4AsH4n", "playlist")]
    public async Task Get_ById_ReturnsAnObjectOfTheType(string path, string type)
    {
        JsonElement item = await GetJsonAsync(path);

        Assert.Equal(type, item.GetProperty("type").GetString());
        using HttpResponseMessage response = await Client.GetAsync(item.GetProperty("href").GetString() + "?market=SE", _token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData($"albums/{Album}/tracks", "track", 20)]
    [InlineData($"artists/{Artist}/albums", "album", 5)]
    [InlineData($"shows/{Show}/episodes?market=SE", "episode", 20)]
    [InlineData($"audiobooks/{Audiobook}/chapters", "chapter", 20)]
    public async Task Get_ListOfAnObject_ReturnsAPageOfItems(string path, string type, int limit)
    {
        JsonElement page = await GetJsonAsync(path);

        Assert.Equal(limit, page.GetProperty("limit").GetInt32());
        Assert.NotEmpty(page.GetProperty("items").EnumerateArray());
        Assert.All(page.GetProperty("items").EnumerateArray(), item => Assert.Equal(type, item.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData($"albums/{Album}/tracks?limit=1")]
    [InlineData($"shows/{Show}/episodes?market=SE&limit=1")]
    [InlineData($"audiobooks/{Audiobook}/chapters?limit=2")]
    [InlineData($"artists/{Artist}/albums?include_groups=album,single&limit=1")]
    public async Task Next_FollowedToTheEnd_ReturnsEveryItemOnce(string path)
    {
        List<string?> ids = [];
        int total = 0;
        for (string? next = path; next is not null;)
        {
            JsonElement page = await GetJsonAsync(next);
            total = page.GetProperty("total").GetInt32();
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
            next = page.GetProperty("next").GetString();
        }

        Assert.True(total > 1);
        Assert.Equal(total, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("", "Barometer Sundays;All the Forecasts")]
    [InlineData("?include_groups=album", "Barometer Sundays")]
    [InlineData("?include_groups=compilation,single", "All the Forecasts")]
    [InlineData("?include_groups=appears_on", "")]
    [InlineData("?include_groups=mixtape", "")]
    public async Task GetAlbumsOfAnArtist_WithIncludeGroups_SelectsByGroup(string query, string names)
    {
        JsonElement page = await GetJsonAsync($"artists/4IMErWI2WT7UxBNutRDOPD/albums{query}");

        Assert.Equal(names, string.Join(';', page.GetProperty("items").EnumerateArray().Select(album => album.GetProperty("name").GetString())));
    }

    [Fact]
    public async Task GetAlbumsOfAnArtist_WhoIsAGuestOnOne_HasItInTheGroupAppearsOn()
    {
        Fake.QuotaMode = QuotaMode.Extended;

        JsonElement album = (await GetJsonAsync("artists/6f7xN7bSNPKoafBg1Xd6MJ/albums?include_groups=appears_on")).GetProperty("items")[0];

        Assert.Equal("All the Forecasts", album.GetProperty("name").GetString());
        Assert.Equal("appears_on", album.GetProperty("album_group").GetString());
    }

    [Fact]
    public async Task GetTrack_ByTheIdOfAnEarlierRelease_IsRelinkedWhereAMarketIsGiven()
    {
        const string Earlier = "6Jd2VxQrT9uEiZc3MnGb5S";
        Fake.QuotaMode = QuotaMode.Extended;

        JsonElement asRequested = await GetJsonAsync($"tracks/{Earlier}");
        JsonElement relinked = await GetJsonAsync($"tracks/{Earlier}?market=SE");

        Assert.Equal(Earlier, asRequested.GetProperty("id").GetString());
        Assert.Equal("1Yt6mCwH0oPzB8sNqLf4Ka", relinked.GetProperty("id").GetString());
        Assert.Equal(Earlier, relinked.GetProperty("linked_from").GetProperty("id").GetString());
    }

    [Fact]
    public async Task GetSeveral_InExtendedQuotaMode_SendsNullForAnUnknownId()
    {
        Fake.QuotaMode = QuotaMode.Extended;

        JsonElement albums = (await GetJsonAsync($"albums?ids={Album},{UnknownId}")).GetProperty("albums");

        Assert.Equal(Album, albums[0].GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Null, albums[1].ValueKind);
    }

    [Theory]
    [InlineData("albums", 20)]
    [InlineData("tracks", 50)]
    public async Task GetSeveral_WithMoreIdsThanAllowed_Returns400(string list, int limit)
    {
        Fake.QuotaMode = QuotaMode.Extended;
        string ids = string.Join(',', Enumerable.Repeat(UnknownId, limit));

        _ = await GetJsonAsync($"{list}?ids={ids}");
        await AssertErrorAsync($"{list}?ids={ids},{UnknownId}", """{"error":{"status":400,"message":"Too many ids requested"}}""");
        await AssertErrorAsync($"{list}?ids=short", """{"error":{"status":400,"message":"Invalid base62 id"}}""");
        await AssertErrorAsync(list, """{"error":{"status":400,"message":"Missing required field: ids"}}""");
    }

    [Theory]
    [InlineData($"artists/{Artist}/albums?limit=50")]
    [InlineData($"artists/{Artist}/top-tracks")]
    [InlineData("browse/new-releases")]
    [InlineData("markets")]
    public async Task Get_InExtendedQuotaMode_OffersWhatDevelopmentModeLacks(string path)
    {
        Fake.QuotaMode = QuotaMode.Extended;

        _ = await GetJsonAsync(path);
    }

    [Fact]
    public async Task Get_ListWithAHighOffset_ReturnsAnEmptyPage()
    {
        JsonElement page = await GetJsonAsync($"albums/{Album}/tracks?offset=5000");

        Assert.Equal(0, page.GetProperty("items").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("me")]
    [InlineData("me/playlists")]
    [InlineData("playlists/3cEYpjA9oz9GiPac4AsH4n/items")]
    public async Task Get_EndpointThatNeedsAUser_Returns401WithAChallenge(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path, _token);

        Assert.Equal("""{"error":{"status":401,"message":"Valid user authentication required"}}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("Bearer realm=\"spotify\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Get_AlbumImageWithoutAToken_ReturnsAnSvg()
    {
        JsonElement album = await GetJsonAsync($"albums/{Album}");
        string url = album.GetProperty("images")[0].GetProperty("url").GetString()!;

        using HttpResponseMessage response = await Client.GetAsync(url, token: null);

        Assert.Equal("image/svg+xml", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("svg", XDocument.Parse(await response.Content.ReadAsStringAsync()).Root?.Name.LocalName);
        Assert.DoesNotContain(Fake.ApiRequests, request => request.RequestUri.AbsolutePath.StartsWith("/covers/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tracks?ids=4cOdK2wGLETKBW3PvgPWqT")]
    [InlineData("albums?ids=x")]
    [InlineData("artists?ids=x")]
    [InlineData("shows?ids=x")]
    [InlineData("episodes?ids=x")]
    [InlineData("audiobooks?ids=x")]
    [InlineData("chapters?ids=x")]
    [InlineData("markets")]
    [InlineData("browse/new-releases")]
    [InlineData("browse/categories")]
    [InlineData($"artists/{Artist}/top-tracks")]
    [InlineData("recommendations?seed_genres=x")]
    [InlineData("audio-features/4cOdK2wGLETKBW3PvgPWqT")]
    [InlineData("users/someone")]
    [InlineData("users/someone/playlists")]
    public Task Get_EndpointWithdrawnInDevelopmentMode_Returns403(string path) =>
        AssertErrorAsync(path, """{"error":{"status":403,"message":"Forbidden"}}""");

    [Theory]
    [InlineData($"tracks/{UnknownId}")]
    [InlineData($"albums/{UnknownId}/tracks")]
    [InlineData($"artists/{UnknownId}/albums")]
    [InlineData($"audiobooks/{UnknownId}")]
    [InlineData("playlists/37i9dQZF1DXcBWIGoYBM5M")] // a playlist of Spotify's own
    [InlineData("no-such-endpoint")]
    [InlineData("no-such-endpoint/short")]
    [InlineData("tracks/short/no-such-list")]
    [InlineData("/no-such-version")]
    [InlineData($"shows/{Show}")] // a show is unavailable without a market
    [InlineData($"shows/{Show}/episodes")]
    [InlineData($"episodes/{Episode}")]
    public Task Get_WithAnUnknownId_Returns404(string path) =>
        AssertErrorAsync(path, """{"error":{"status":404,"message":"Resource not found"}}""");

    [Theory]
    [InlineData("tracks/short", "Invalid base62 id")]
    [InlineData("albums/4cOdK2wGLETKBW3PvgPW-_/tracks", "Invalid base62 id")]
    [InlineData($"artists/{Artist}/albums?limit=11", "Invalid limit")]
    [InlineData($"albums/{Album}/tracks?limit=51", "Invalid limit")]
    [InlineData($"albums/{Album}/tracks?offset=-1", "Invalid offset")]
    [InlineData($"shows/{Show}?market=Sweden", "Invalid market code")]
    public Task Get_WithInvalidParameters_Returns400(string path, string message) =>
        AssertErrorAsync(path, $$$"""{"error":{"status":400,"message":"{{{message}}}"}}""");

    [Fact]
    public async Task Post_ToTheWebApi_Returns405()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "search?q=x&type=track");
        request.Headers.Authorization = new("Bearer", _token);

        using HttpResponseMessage response = await Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Post_ToAnUnknownPath_Returns404()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "no-such-endpoint");
        request.Headers.Authorization = new("Bearer", _token);

        using HttpResponseMessage response = await Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private async Task<JsonElement> GetJsonAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path, _token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    private async Task AssertErrorAsync(string path, string body)
    {
        using HttpResponseMessage response = await Client.GetAsync(path, _token);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal((await response.ReadJsonAsync()).GetProperty("error").GetProperty("status").GetInt32(), (int)response.StatusCode);
    }
}
