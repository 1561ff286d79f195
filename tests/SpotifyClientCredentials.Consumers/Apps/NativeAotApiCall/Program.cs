using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials;

// NativeAotPlainApiCall with the library. The tests compare the sizes of the two, search this one for what it doesn't use, and run it.
ServiceCollection services = new();
services.AddSpotifyClientCredentials(options =>
{
    options.ClientId = Setting("ClientId");
    options.ClientSecret = Setting("ClientSecret");
    options.TokenEndpoint = new Uri(Setting("TokenEndpoint"));
    options.ApiBaseAddress = new Uri(Setting("ApiBaseAddress"));
});
services.AddHttpClient("spotify").AddSpotifyBearerToken();
await using ServiceProvider provider = services.BuildServiceProvider();

HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
Console.WriteLine(await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT"));

static string Setting(string name) => Environment.GetEnvironmentVariable($"Spotify__{name}")!;
