using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

// An app that calls neither ShareToken nor AddSpotifyRateLimit. Its map file shows what of the library it contains.
await using FakeSpotify spotify = await FakeSpotify.StartAsync();
ServiceCollection services = new();
services.AddSpotifyClientCredentials(spotify.Configure);
services.AddHttpClient("spotify").AddSpotifyBearerToken();
await using ServiceProvider provider = services.BuildServiceProvider();

HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
string track = await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT");
Console.WriteLine($"{spotify.TokenRequests.Count} token request, {track.Length > 0}");
