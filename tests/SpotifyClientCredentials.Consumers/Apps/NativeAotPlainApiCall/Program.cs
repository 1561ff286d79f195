using Microsoft.Extensions.DependencyInjection;

// NativeAotApiCall without the library. The tests compare the sizes of the two, and don't run them.
ServiceCollection services = new();
services.AddHttpClient("spotify", client => client.BaseAddress = new Uri("https://api.spotify.com/v1/"));
await using ServiceProvider provider = services.BuildServiceProvider();

HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
Console.WriteLine(await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT"));
