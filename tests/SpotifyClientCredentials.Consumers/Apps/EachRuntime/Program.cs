using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

// Uses what users use of the library, prints a line for each, and fails with the first that doesn't work.
const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";
Console.WriteLine(RuntimeInformation.FrameworkDescription);
Console.WriteLine($"Library built for {typeof(AccessToken).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName}");

AdvancedClock clock = new();
await using FakeSpotify spotify = await FakeSpotify.StartAsync(clock);
await using FakeSpotify otherSpotify = await FakeSpotify.StartAsync(clock);
IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
Set("Spotify", spotify);
Set("Spotify:other", otherSpotify);

await using ServiceProvider services = Build(store: null);
ClientCredentialsTokenProvider tokens = services.GetRequiredService<ClientCredentialsTokenProvider>();
HttpClient client = Client(services, "spotify");

string[] tracks = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.GetStringAsync(Track)));
Expect("acquire", tracks.All(track => track == tracks[0]) && spotify.TokenRequests.Count == 1);

AccessToken first = await tokens.GetTokenAsync();
clock.Advance(TimeSpan.FromMinutes(56));
AccessToken current = await tokens.GetTokenAsync();
bool isRenewedAhead = current == first;
using (CancellationTokenSource limit = new(TimeSpan.FromSeconds(30)))
{
    while (current == first)
    {
        limit.Token.ThrowIfCancellationRequested();
        await Task.Yield();
        current = await tokens.GetTokenAsync();
    }
}

Expect("renew", isRenewedAhead && spotify.TokenRequests.Count == 2);

spotify.RevokeTokens();
Expect("401", await client.GetStringAsync(Track) == tracks[0] && spotify.TokenRequests.Count == 3 && spotify.ApiRequests.Count == 18);

clock.Advance(TimeSpan.FromHours(2));
using (HttpRequestMessage request = new(HttpMethod.Get, Track))
using (HttpResponseMessage response = client.Send(request))
{
    Expect("synchronous Send", response.StatusCode == HttpStatusCode.OK && spotify.TokenRequests.Count == 4);
}

await Client(services, "other").GetStringAsync(Track);
Expect("named apps", otherSpotify.TokenRequests.Count == 1 && otherSpotify.ApiRequests.Count == 1 && spotify.TokenRequests.Count == 4);

configuration["Spotify:ClientSecret"] = "of another app";
configuration.Reload();
string? error = null;
try
{
    await client.GetStringAsync(Track);
}
catch (TokenRequestException e)
{
    error = e.Error;
}

configuration["Spotify:ClientSecret"] = spotify.ClientSecret;
configuration.Reload();
Expect("options reload", error == "invalid_client" && await client.GetStringAsync(Track) == tracks[0] && spotify.TokenRequests.Count == 6);

Store store = new();
await using ServiceProvider sharing = Build(store);
await using ServiceProvider alsoSharing = Build(store);
string shared = (await sharing.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync()).Value;
await store.IsSet.WaitAsync(TimeSpan.FromSeconds(30));
Expect("sharing", (await alsoSharing.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync()).Value == shared && spotify.TokenRequests.Count == 7);

ServiceProvider Build(Store? store)
{
    ServiceCollection collection = new();
    collection.AddSingleton<IConfiguration>(configuration);
    collection.AddSingleton<TimeProvider>(clock);
    SpotifyClientCredentialsBuilder app = collection.AddSpotifyClientCredentials();
    if (store is not null)
    {
        app.ShareToken(options => options.Cache = store);
    }

    collection.AddSpotifyClientCredentials("other");
    collection.AddHttpClient("spotify").AddSpotifyBearerToken();
    collection.AddHttpClient("other").AddSpotifyBearerToken("other");
    return collection.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
}

static HttpClient Client(ServiceProvider services, string name) => services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

void Set(string section, FakeSpotify server)
{
    configuration[$"{section}:ClientId"] = server.ClientId;
    configuration[$"{section}:ClientSecret"] = server.ClientSecret;
    configuration[$"{section}:TokenEndpoint"] = server.TokenEndpoint.AbsoluteUri;
    configuration[$"{section}:ApiBaseAddress"] = server.ApiBaseAddress.AbsoluteUri;
}

static void Expect(string step, bool isAsExpected) =>
    Console.WriteLine(isAsExpected ? $"{step}: as expected" : throw new InvalidOperationException($"{step}: NOT as expected"));

/// <summary>The system's clock, a while later.</summary>
internal sealed class AdvancedClock : TimeProvider
{
    private TimeSpan _advanced;

    public void Advance(TimeSpan time) => _advanced += time;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _advanced;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_advanced.TotalSeconds * TimestampFrequency);
}

/// <summary>A store for one entry that says when it was written.</summary>
internal sealed class Store : IDistributedCache
{
    private readonly TaskCompletionSource _isSet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? _value;

    public Task IsSet => _isSet.Task;

    public byte[]? Get(string key) => _value;

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(_value);

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        _value = value;
        _isSet.TrySetResult();
        return Task.CompletedTask;
    }

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public void Remove(string key) => throw new NotSupportedException();

    public Task RemoveAsync(string key, CancellationToken token = default) => Task.CompletedTask;
}
