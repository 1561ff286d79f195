using System.Net.Http.Json;
using System.Text.Json;
using SpotifyClientCredentials;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSpotifyClientCredentials();
builder.Services.AddHttpClient("spotify").AddSpotifyBearerToken();
builder.Services.AddHostedService<Worker>();
await builder.Build().RunAsync();

internal sealed class Worker(IHttpClientFactory clients, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (int call = 1; call <= 2; call++)
        {
            using var spotify = clients.CreateClient("spotify");
            var track = await spotify.GetFromJsonAsync<JsonElement>("tracks/4cOdK2wGLETKBW3PvgPWqT", stoppingToken);
            Console.WriteLine(track.GetProperty("name"));
        }

        lifetime.StopApplication();
    }
}
