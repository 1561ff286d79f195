using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

// Configuration binding, options validation, JSON, the handler chain and the healing of a 401, all compiled ahead of time.
await using FakeSpotify spotify = await FakeSpotify.StartAsync();
IConfiguration configuration = new ConfigurationBuilder()
    .AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Spotify:ClientId"] = spotify.ClientId,
        ["Spotify:ClientSecret"] = spotify.ClientSecret,
        ["Spotify:TokenEndpoint"] = spotify.TokenEndpoint.AbsoluteUri,
        ["Spotify:ApiBaseAddress"] = spotify.ApiBaseAddress.AbsoluteUri,
        ["Spotify:RenewalWindow"] = "00:04:00",
        ["Spotify:MaxRetryAttempts"] = "1",
    })
    .Build();

ServiceCollection services = new();
services.AddSingleton(configuration);
services.AddSpotifyClientCredentials();
services.AddHttpClient("spotify").AddSpotifyBearerToken();
await using ServiceProvider provider = services.BuildServiceProvider();

HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
string first = await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT");
spotify.RevokeTokens();
string second = await client.GetStringAsync("tracks/4cOdK2wGLETKBW3PvgPWqT");

bool isAsExpected = first.Length > 0 && first == second && spotify.TokenRequests.Count == 2 && spotify.ApiRequests.Count == 3;
Console.WriteLine($"{spotify.TokenRequests.Count} token requests, {spotify.ApiRequests.Count} API requests: {(isAsExpected ? "as expected" : "NOT as expected")}");
return isAsExpected ? 0 : 1;
