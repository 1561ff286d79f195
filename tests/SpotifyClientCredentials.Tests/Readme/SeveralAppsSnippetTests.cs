using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class SeveralAppsSnippetTests
{
    [Fact]
    public async Task SeveralApps_InOneProcess_HaveATokenEach()
    {
        await using FakeSpotify shop = await FakeSpotify.StartAsync();
        await using FakeSpotify radio = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder([.. shop.ToArguments("Spotify:Shop"), .. radio.ToArguments("Spotify:Radio")]);

        // Recipe: several apps
        builder.Services.AddSpotifyClientCredentials("shop", builder.Configuration.GetSection("Spotify:Shop"));
        builder.Services.AddSpotifyClientCredentials("radio", builder.Configuration.GetSection("Spotify:Radio"));

        builder.Services.AddHttpClient("shop-catalogue").AddSpotifyBearerToken("shop");
        builder.Services.AddHttpClient("radio-catalogue").AddSpotifyBearerToken("radio");
        // end

        using IHost host = builder.Build();
        foreach ((string client, FakeSpotify fake) in ((string, FakeSpotify)[])[("shop-catalogue", shop), ("radio-catalogue", radio)])
        {
            using HttpClient http = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(client);
            Assert.Contains(ReadmeApp.TrackName, await http.GetStringAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative)), StringComparison.Ordinal);
            Assert.Single(fake.TokenRequests);
        }

        AccessToken token = await host.Services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("radio").GetTokenAsync();
        Assert.Equal($"Bearer {token.Value}", Assert.Single(radio.ApiRequests).Headers["Authorization"]);
    }
}
