// README: ASP.NET Core
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials;
// end
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class AspNetCoreSnippetTests
{
    [Fact]
    public async Task AspNetCore_WhenAPageIsRequested_RespondsWithTheTrack()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        string[] args = [.. fake.ToArguments(), "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"];
        Task<string>? visit = null;

        // README: ASP.NET Core
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();

        var app = builder.Build();
        app.MapGet("/tracks/{id}", (string id, SpotifyCatalogue catalogue) => catalogue.GetTrackNameAsync(id));
        // end
        app.Lifetime.ApplicationStarted.Register(() => visit = VisitAsync(app));
        // README: ASP.NET Core
        await app.RunAsync();
        // end

        Assert.Equal(ReadmeApp.TrackName, await visit!);
        Assert.Single(fake.TokenRequests);
    }

    private static async Task<string> VisitAsync(WebApplication app)
    {
        try
        {
            using HttpClient visitor = new();
            return await visitor.GetStringAsync(new Uri($"{app.Urls.Single()}/tracks/{ReadmeApp.TrackId}"));
        }
        finally
        {
            app.Lifetime.StopApplication();
        }
    }
}

// README: ASP.NET Core
public sealed class SpotifyCatalogue(HttpClient http)
{
    public async Task<string?> GetTrackNameAsync(string id)
    {
        var track = await http.GetFromJsonAsync<JsonElement>($"tracks/{id}");
        return track.GetProperty("name").GetString();
    }
}
// end
