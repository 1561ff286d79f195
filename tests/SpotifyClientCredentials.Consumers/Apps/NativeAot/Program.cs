using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

// Configuration binding, options validation, JSON, the handler chain, the retry after a 401, the wait after a 429 and a shared token, all compiled ahead of time.
await using FakeSpotify spotify = await FakeSpotify.StartAsync();
IConfiguration configuration = new ConfigurationBuilder()
    .AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Spotify:ClientId"] = spotify.ClientId,
        ["Spotify:ClientSecret"] = spotify.ClientSecret,
        ["Spotify:TokenEndpoint"] = spotify.TokenEndpoint.AbsoluteUri,
        ["Spotify:ApiBaseAddress"] = spotify.ApiBaseAddress.AbsoluteUri,
        ["Spotify:RenewalWindow"] = "00:04:00",
    })
    .Build();

ServiceCollection services = new();
services.AddSingleton(configuration);
services.AddDistributedMemoryCache();
services.AddSpotifyClientCredentials().ShareToken();
services.AddHttpClient("spotify").AddSpotifyBearerToken().AddSpotifyRateLimit();
await using ServiceProvider provider = services.BuildServiceProvider();

HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
string first = await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT");
spotify.RevokeTokens();
string second = await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT");
spotify.EnqueueApiResponse(FakeResponse.RateLimited(TimeSpan.FromSeconds(1)));
string third = await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT");

bool isAsExpected = first.Length > 0 && first == second && second == third && spotify.TokenRequests.Count == 2 && spotify.ApiRequests.Count == 5;
Console.WriteLine($"{spotify.TokenRequests.Count} token requests, {spotify.ApiRequests.Count} API requests: {(isAsExpected ? "as expected" : "NOT as expected")}");

// Other instances with the same store. The library writes the token in the background, so the first instance may read the store too early.
bool isShared = false;
for (int instance = 0; instance < 100 && !isShared; instance++)
{
    int requests = spotify.TokenRequests.Count;
    ServiceCollection otherServices = new();
    otherServices.AddSingleton(configuration);
    otherServices.AddSpotifyClientCredentials().ShareToken(options => options.Cache = provider.GetRequiredService<IDistributedCache>());
    await using ServiceProvider other = otherServices.BuildServiceProvider();
    await other.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
    isShared = spotify.TokenRequests.Count == requests;
}

Console.WriteLine(isShared ? "token shared, as expected" : "token NOT shared");
return isAsExpected && isShared ? 0 : 1;
