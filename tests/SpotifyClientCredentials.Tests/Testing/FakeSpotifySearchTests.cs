using System.Net;
using System.Text.Json;

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

    [Fact]
    public async Task Search_ByFieldFilter_TreatsItsValueAsPlainWords()
    {
        JsonElement albums = (await SearchAsync("q=artist:%22Velda%20Marrowick%22&type=album")).GetProperty("albums");

        Assert.Equal(2, albums.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Search_ForSeveralTypes_ReturnsAPageForEach()
    {
        JsonElement result = await SearchAsync("q=lantern&type=artist,album,track,playlist");

        Assert.Equal(["artists", "albums", "tracks", "playlists"], result.EnumerateObject().Select(member => member.Name));
        Assert.Equal(0, result.GetProperty("playlists").GetProperty("total").GetInt32());
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
