// README: quick start
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
// end
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

[Collection(NonParallel.Name)]
public sealed class QuickStartSnippetTests
{
    [Fact]
    public async Task QuickStart_WithCredentialsConfigured_PrintsTheTrack()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        string[] args = fake.ToArguments();
        using ConsoleOutput output = new();

        // README: quick start
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient("spotify").AddSpotifyBearerToken();

        using var host = builder.Build();
        using var spotify = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
        var track = await spotify.GetFromJsonAsync<JsonElement>("tracks/4cOdK2wGLETKBW3PvgPWqT");
        Console.WriteLine(track.GetProperty("name"));
        // end

        Assert.Contains(ReadmeApp.TrackName, output.Lines);
        Assert.Single(fake.TokenRequests);
        Assert.Single(fake.ApiRequests);
    }
}
