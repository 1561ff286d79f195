using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

namespace ReadmeSnippets;

public sealed class WebApplicationSnippetTests
{
    // README of Testing: ASP.NET Core
    [Fact]
    public async Task Search_ForAWord_FindsTheTrack()
    {
        await using var spotify = await FakeSpotify.StartAsync();
        await using var app = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
            host.ConfigureTestServices(services => services.AddSpotifyClientCredentials(spotify.Configure)));

        string found = await app.CreateClient().GetStringAsync("/api/search?q=kettles");

        Assert.Contains("Return the Kettles", found);
        Assert.Single(spotify.ApiRequests);
    }
    // end
}
