using Microsoft.Extensions.DependencyInjection;

// NativeAotApiCall without the library. The tests compare the sizes of the two, and don't run this one.
ServiceCollection services = new();
services.AddHttpClient("spotify", client => client.BaseAddress = new Uri(Environment.GetEnvironmentVariable("Spotify__ApiBaseAddress")!));
await using ServiceProvider provider = services.BuildServiceProvider();

HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
Console.WriteLine(await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT"));
