using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Testing;

/// <summary>Every object that the fake sends has the fields of web-api-objects.json, no others, and of the same types.</summary>
public sealed class FakeSpotifyObjectsTests : FakeSpotifyTest
{
    private const string Everything = "album,artist,audiobook,episode,playlist,show,track";
    private const string Artist = "6f7xN7bSNPKoafBg1Xd6MJ";
    private const string Album = "3hQ9xUeTq0VnWm2kRdYc7L";
    private const string EarlierTrack = "6Jd2VxQrT9uEiZc3MnGb5S";

    private string _token = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _token = await Client.GetTokenAsync(Fake);
    }

    [Theory]
    [InlineData("tracks/4cOdK2wGLETKBW3PvgPWqT", "track")]
    [InlineData("tracks/2Lk7pRvX4aSgE9wHyDt1Mq", "track")]
    [InlineData($"albums/{Album}", "album")]
    [InlineData($"albums/{Album}/tracks", "page of simple track")]
    [InlineData($"artists/{Artist}", "artist")]
    [InlineData($"artists/{Artist}/albums", "page of album of an artist")]
    [InlineData("shows/0limEK7GPJiJYIbEPB298x", "show")]
    [InlineData("shows/0limEK7GPJiJYIbEPB298x/episodes", "page of simple episode")]
    [InlineData("episodes/1KuKgseNGIVilLRmPJncIb", "episode")]
    [InlineData("audiobooks/7iHfbu1YPACw6oZPAFJtqe", "audiobook")]
    [InlineData("audiobooks/7iHfbu1YPACw6oZPAFJtqe/chapters", "page of simple chapter")]
    [InlineData("chapters/5eKc2WzNv8QyTf6LmXo3Hb", "chapter")]
    [InlineData("playlists/3cEYpjA9oz9GiPac4AsH4n", "playlist")]
    public async Task Get_InBothQuotaModes_SendsTheDocumentedFields(string path, string expected)
    {
        foreach (QuotaMode quotaMode in Enum.GetValues<QuotaMode>())
        {
            Assert.Empty(await CompareAsync(quotaMode, $"{path}?market=SE", expected, market: true));
            if (expected is not ("show" or "episode" or "page of simple episode"))
            {
                Assert.Empty(await CompareAsync(quotaMode, path, expected, market: false));
            }
        }
    }

    [Theory]
    [InlineData("search?q=e&type=" + Everything, "search result")]
    [InlineData($"tracks/{EarlierTrack}", "relinked track")]
    public async Task Get_WithAMarketInBothQuotaModes_SendsTheDocumentedFields(string path, string expected)
    {
        path += path.Contains('?', StringComparison.Ordinal) ? "&market=SE" : "?market=SE";

        Assert.Empty(await CompareAsync(QuotaMode.Development, path, expected, market: true));
        Assert.Empty(await CompareAsync(QuotaMode.Extended, path, expected, market: true));
    }

    [Theory]
    [InlineData("albums?ids=3hQ9xUeTq0VnWm2kRdYc7L", "albums")]
    [InlineData("artists?ids=6f7xN7bSNPKoafBg1Xd6MJ", "artists")]
    [InlineData("audiobooks?ids=7iHfbu1YPACw6oZPAFJtqe", "audiobooks")]
    [InlineData("chapters?ids=5eKc2WzNv8QyTf6LmXo3Hb", "chapters")]
    [InlineData("episodes?ids=1KuKgseNGIVilLRmPJncIb", "episodes")]
    [InlineData("shows?ids=0limEK7GPJiJYIbEPB298x", "shows")]
    [InlineData("tracks?ids=4cOdK2wGLETKBW3PvgPWqT,1Yt6mCwH0oPzB8sNqLf4Ka", "tracks")]
    [InlineData($"artists/{Artist}/top-tracks?x=", "tracks")]
    [InlineData("browse/new-releases?x=", "new releases")]
    [InlineData("markets?x=", "markets")]
    public async Task Get_OnlyInExtendedQuotaMode_SendsTheDocumentedFields(string path, string expected) =>
        Assert.Empty(await CompareAsync(QuotaMode.Extended, $"{path}&market=SE", expected, market: true));

    /// <summary>Proves that the tests above detect a difference.</summary>
    [Theory]
    [InlineData("genres", null, "artist.genres is missing")]
    [InlineData("genres", "7", "artist.genres is no array")]
    [InlineData("genres", "[]", "artist.genres is empty")]
    [InlineData("name", "7", "artist.name is Number, not string")]
    [InlineData("images", """[{"height":"640","width":640,"url":"x"}]""", "artist.images[].height is String, not integer?")]
    [InlineData("popularity", "7", "artist.popularity is extra")]
    [InlineData("external_urls", "{}", "artist.external_urls.spotify is missing")]
    public async Task Compare_WithAChangedObject_NamesTheField(string field, string? value, string expected)
    {
        using HttpResponseMessage response = await Client.GetAsync($"artists/{Artist}", _token);
        JsonObject artist = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        _ = artist.Remove(field);
        if (value is not null)
        {
            artist.Add(field, JsonNode.Parse(value));
        }

        JsonElement json = JsonSerializer.SerializeToElement(artist);

        Assert.Equal([expected], WebApiObjects.Compare("artist", json, extended: false, market: false));
    }

    private async Task<string[]> CompareAsync(QuotaMode quotaMode, string path, string expected, bool market)
    {
        Fake.QuotaMode = quotaMode;
        using HttpResponseMessage response = await Client.GetAsync(path, _token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return [.. WebApiObjects.Compare(expected, await response.ReadJsonAsync(), quotaMode == QuotaMode.Extended, market)];
    }
}
