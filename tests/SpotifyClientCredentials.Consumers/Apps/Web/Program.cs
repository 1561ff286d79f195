using System.Text.Json;
using SpotifyClientCredentials;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSpotifyClientCredentials();
builder.Services.AddHttpClient<Catalogue>().AddSpotifyBearerToken();

var app = builder.Build();
app.MapGet("/tracks/{id}", (string id, Catalogue catalogue) => catalogue.GetTrackNameAsync(id));
await app.StartAsync();

using var visitor = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
for (int call = 1; call <= 2; call++)
{
    Console.WriteLine(await visitor.GetStringAsync("/tracks/4cOdK2wGLETKBW3PvgPWqT"));
}

await app.StopAsync();

internal sealed class Catalogue(HttpClient http)
{
    public async Task<string?> GetTrackNameAsync(string id)
    {
        var track = await http.GetFromJsonAsync<JsonElement>($"tracks/{id}");
        return track.GetProperty("name").GetString();
    }
}
