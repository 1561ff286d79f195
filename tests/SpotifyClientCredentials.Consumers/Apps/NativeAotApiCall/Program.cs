using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials;

// NativeAotPlainApiCall with the library. The tests compare the sizes of the two and search this one for what it doesn't use, and run neither.
ServiceCollection services = new();
services.AddSpotifyClientCredentials(options => (options.ClientId, options.ClientSecret) = ("id", "secret"));
services.AddHttpClient("spotify").AddSpotifyBearerToken();
await using ServiceProvider provider = services.BuildServiceProvider();

HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
Console.WriteLine(await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT"));
