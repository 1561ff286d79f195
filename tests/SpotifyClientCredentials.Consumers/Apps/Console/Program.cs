using System.Net.Http.Json;
using System.Text.Json;
using SpotifyClientCredentials;

var options = new SpotifyClientCredentialsOptions
{
    ClientId = Setting("ClientId"),
    ClientSecret = Setting("ClientSecret"),
    TokenEndpoint = new Uri(Setting("TokenEndpoint")),
    ApiBaseAddress = new Uri(Setting("ApiBaseAddress")),
};

using var accounts = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
using var tokens = new ClientCredentialsTokenProvider(accounts, options);
using var spotify = new HttpClient(new BearerTokenHandler(tokens) { InnerHandler = new SocketsHttpHandler() });
spotify.BaseAddress = options.ApiBaseAddress;

for (int call = 1; call <= 2; call++)
{
    var track = await spotify.GetFromJsonAsync<JsonElement>("tracks/4cOdK2wGLETKBW3PvgPWqT");
    Console.WriteLine(track.GetProperty("name"));
}

static string Setting(string name) =>
    Environment.GetEnvironmentVariable($"Spotify__{name}") ?? throw new InvalidOperationException($"Spotify__{name} is not set.");
