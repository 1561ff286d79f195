// Recipe: without dependency injection
using System.Net.Http.Json;
using System.Text.Json;
using SpotifyClientCredentials;
// end
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

[Collection(NonParallel.Name)]
public sealed class WithoutDependencyInjectionSnippetTests
{
    [Fact]
    public async Task WithoutDependencyInjection_WithCredentials_PrintsTheTrack()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        string clientId = fake.ClientId;
        string clientSecret = fake.ClientSecret;
        using ConsoleOutput output = new();

        // Recipe: without dependency injection
        var options = new SpotifyClientCredentialsOptions { ClientId = clientId, ClientSecret = clientSecret };
        // end
        fake.Configure(options);
        // Recipe: without dependency injection
        using var accounts = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var tokens = new ClientCredentialsTokenProvider(accounts, options);

        using var spotify = new HttpClient(new BearerTokenHandler(tokens) { InnerHandler = new SocketsHttpHandler() });
        spotify.BaseAddress = options.ApiBaseAddress;
        var track = await spotify.GetFromJsonAsync<JsonElement>("tracks/4cOdK2wGLETKBW3PvgPWqT");
        Console.WriteLine(track.GetProperty("name"));
        // end

        Assert.Contains(ReadmeApp.TrackName, output.Lines);
        Assert.Single(fake.TokenRequests);
    }
}
