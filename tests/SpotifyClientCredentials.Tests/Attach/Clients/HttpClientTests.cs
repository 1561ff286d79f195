using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Attach.Clients;

public sealed class HttpClientTests
{
    [Fact]
    public async Task GetFromJsonAsync_OverTheHandler_CarriesTheTokenAndRetriesA401()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();

        await ClientContract.AssertAsync(app.Fake, async () => (await app.Api.GetFromJsonAsync<Track>(SpotifyApp.Track))?.Name);
    }

    [Fact]
    public async Task GetFromJsonAsync_WithTheHandlerFromClientDefaults_CarriesTheTokenAndRetriesA401()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(fake.Configure);
            services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
        });
        HttpClient client = services.CreateClient("any");
        client.BaseAddress = fake.ApiBaseAddress;

        await ClientContract.AssertAsync(fake, async () => (await client.GetFromJsonAsync<Track>(SpotifyApp.Track))?.Name);
    }
}
