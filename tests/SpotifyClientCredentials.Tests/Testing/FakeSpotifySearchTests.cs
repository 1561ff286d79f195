using System.Net;
using System.Text.Json;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeSpotifySearchTests : FakeSpotifyTest
{
    private string _token = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _token = await Client.GetTokenAsync(Fake);
    }

    [Fact]
    public async Task Search_ByWords_IgnoresCaseAndOrder()
    {
        JsonElement tracks = (await SearchAsync("q=TIDE+never&type=track")).GetProperty("tracks");

        Assert.Equal(1, tracks.GetProperty("total").GetInt32());
        Assert.Equal("4cOdK2wGLETKBW3PvgPWqT", tracks.GetProperty("items")[0].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("artist:\"Velda Marrowick\"", "album", "Harbour of Small Clocks;Nine Borrowed Kettles")]
    [InlineData("artist:velda", "artist", "Velda Marrowick")]
    [InlineData("artist:velda fog", "track", "Fog on the Pier")] // a guest of the track
    [InlineData("album:forecasts", "album", "All the Forecasts")]
    [InlineData("album: forecasts change", "track", "Change, Then Fair")]
    [InlineData("track:fog", "track", "Fog on the Pier")]
    [InlineData("TRACK:fog", "track", "Fog on the Pier")]
    [InlineData("\"on the pier\"", "track", "Fog on the Pier")]
    [InlineData("year:2021", "album", "Nine Borrowed Kettles")]
    [InlineData("year:2020-2023", "album", "Nine Borrowed Kettles;A Lantern for the Night Ferry")]
    [InlineData("year:2023", "artist", "Osk & the Lanterneers")]
    [InlineData("genre:\"weather pop\"", "artist", "The Tin Almanacs")]
    [InlineData("genre:\"lantern folk\" fog", "track", "Fog on the Pier")]
    [InlineData("isrc:qzfk41900001", "track", "Never Late for the Tide")]
    [InlineData("isrc:QZFK4190000", "track", "")]
    [InlineData("upc:4099900000053", "album", "All the Forecasts")]
    [InlineData("tag:new", "album", "")]
    [InlineData("tag:hipster", "album", "")]
    [InlineData("isrc:QZFK41900001", "album", "")] // albums have no ISRC
    [InlineData("quillby", "audiobook", "The Pilot Who Could Not Swim")]
    [InlineData("ferry", "playlist", "Songs for a Slow Ferry")]
    public async Task Search_WithFieldFilters_SelectsByTheField(string q, string type, string names)
    {
        JsonElement page = (await SearchAsync($"q={Uri.EscapeDataString(q)}&type={type}")).GetProperty($"{type}s");

        Assert.Equal(names, string.Join(';', page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString())));
    }

    [Fact]
    public async Task Search_ForSeveralTypes_ReturnsAPageForEach()
    {
        JsonElement result = await SearchAsync("q=lantern&type=artist,album,track,playlist");

        Assert.Equal(["artists", "albums", "tracks", "playlists"], result.EnumerateObject().Select(member => member.Name));
        Assert.All(result.EnumerateObject(), member => Assert.True(member.Value.GetProperty("total").GetInt32() > 0));
    }

    [Fact]
    public async Task Search_WithoutLimit_ReturnsFiveItemsAndTheNextPage()
    {
        JsonElement first = (await SearchAsync("q=e&type=track")).GetProperty("tracks");
        Assert.Equal(5, first.GetProperty("items").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("previous").ValueKind);

        using HttpResponseMessage response = await Client.GetAsync(first.GetProperty("next").GetString()!, _token);
        JsonElement second = (await response.ReadJsonAsync()).GetProperty("tracks");

        Assert.Equal(5, second.GetProperty("offset").GetInt32());
        Assert.Equal(first.GetProperty("href").GetString(), second.GetProperty("previous").GetString());
    }

    [Theory]
    [InlineData("show", "shows")]
    [InlineData("episode", "episodes")]
    public async Task Search_ForPodcasts_RequiresAMarket(string type, string member)
    {
        JsonElement without = await SearchAsync($"q=tide&type={type}");
        JsonElement with = await SearchAsync($"q=tide&type={type}&market=SE");

        Assert.Equal(0, without.GetProperty(member).GetProperty("total").GetInt32());
        Assert.True(with.GetProperty(member).GetProperty("total").GetInt32() > 0);
    }

    [Fact]
    public async Task Search_WithTheHighestLimit_ReturnsTenItems() =>
        Assert.Equal(10, (await SearchAsync("q=e&type=track&limit=10")).GetProperty("tracks").GetProperty("items").GetArrayLength());

    [Fact]
    public async Task Search_InExtendedQuotaMode_HasPagesOf20To50()
    {
        Fake.QuotaMode = QuotaMode.Extended;

        Assert.Equal(20, (await SearchAsync("q=e&type=track")).GetProperty("tracks").GetProperty("limit").GetInt32());
        Assert.Equal(50, (await SearchAsync("q=e&type=track&limit=50")).GetProperty("tracks").GetProperty("limit").GetInt32());
        using HttpResponseMessage response = await Client.GetAsync("search?q=e&type=track&limit=51", _token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Search_ForATrackById_HasTheIdsOfOtherCatalogues()
    {
        JsonElement track = (await SearchAsync("q=never&type=track")).GetProperty("tracks").GetProperty("items")[0];

        Assert.Equal("QZFK41900001", track.GetProperty("external_ids").GetProperty("isrc").GetString());
    }

    [Theory]
    [InlineData("q=x&type=track&limit=11", "Invalid limit")]
    [InlineData("q=x&type=track&limit=0", "Invalid limit")]
    [InlineData("q=x&type=track&limit=ten", "Invalid limit")]
    [InlineData("q=x&type=track&offset=1001", "Invalid offset")]
    [InlineData("type=track", "No search query")]
    [InlineData("q=x", "Missing parameter type")]
    [InlineData("q=x&type=song", "Bad search type field song")]
    public async Task Search_WithInvalidParameters_Returns400(string query, string message)
    {
        using HttpResponseMessage response = await Client.GetAsync($"search?{query}", _token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal($$$"""{"error":{"status":400,"message":"{{{message}}}"}}""", await response.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> SearchAsync(string query)
    {
        using HttpResponseMessage response = await Client.GetAsync($"search?{query}", _token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }
}
