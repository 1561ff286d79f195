using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

namespace ReadmeSnippets;

// Recipe: integration test
public sealed class CatalogFactory : WebApplicationFactory<Program>, IAsyncLifetime
{
    public FakeSpotify Spotify { get; private set; } = null!;

    public async Task InitializeAsync() => Spotify = await FakeSpotify.StartAsync();

    protected override void ConfigureWebHost(IWebHostBuilder builder) =>
        builder.ConfigureTestServices(services => services.AddSpotifyClientCredentials(Spotify.Configure));

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await Spotify.DisposeAsync();
    }
}

public sealed class SearchTests(CatalogFactory app) : IClassFixture<CatalogFactory>
{
    [Fact]
    public async Task Search_AfterTheTokenWasRevoked_FindsTheTrack()
    {
        var visitor = app.CreateClient();
        await visitor.GetStringAsync("/api/search?q=kettles");
        int before = app.Spotify.TokenRequests.Count;
        app.Spotify.RevokeTokens();

        string found = await visitor.GetStringAsync("/api/search?q=kettles");

        Assert.Contains("Return the Kettles", found);
        Assert.Equal(before + 1, app.Spotify.TokenRequests.Count);
    }
}
// end
