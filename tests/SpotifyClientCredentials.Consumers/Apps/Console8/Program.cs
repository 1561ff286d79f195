using System.Net.Http.Json;
using System.Reflection;
using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials;

var services = new ServiceCollection();
services.AddSpotifyClientCredentials(options =>
{
    options.ClientId = Setting("ClientId");
    options.ClientSecret = Setting("ClientSecret");
    options.TokenEndpoint = new Uri(Setting("TokenEndpoint"));
    options.ApiBaseAddress = new Uri(Setting("ApiBaseAddress"));
});
services.AddHttpClient("spotify").AddSpotifyBearerToken();

await using var provider = services.BuildServiceProvider(validateScopes: true);
for (int call = 1; call <= 2; call++)
{
    using var spotify = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
    var track = await spotify.GetFromJsonAsync<JsonElement>("tracks/4cOdK2wGLETKBW3PvgPWqT");
    Console.WriteLine(track.GetProperty("name"));
}

Console.WriteLine($"Library built for {typeof(AccessToken).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName}");
Console.WriteLine($"Microsoft.Extensions.Http {typeof(IHttpClientFactory).Assembly.GetName().Version!.Major}");

static string Setting(string name) =>
    Environment.GetEnvironmentVariable($"Spotify__{name}") ?? throw new InvalidOperationException($"Spotify__{name} is not set.");
