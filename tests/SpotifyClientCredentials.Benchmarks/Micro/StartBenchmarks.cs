using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>From an empty ServiceCollection to the first response of the Web API, with a real server on loopback.</summary>
[MemoryDiagnoser]
public class StartBenchmarks
{
    private FakeSpotify _fake = null!;

    [GlobalSetup]
    public async Task SetupAsync() => _fake = await FakeSpotify.StartAsync();

    [GlobalCleanup]
    public async Task CleanupAsync() => await _fake.DisposeAsync();

    [Benchmark]
    public Task<HttpStatusCode> Ours() => FirstResponseAsync(services =>
    {
        services.AddSpotifyClientCredentials(_fake.Configure);
        services.AddHttpClient("api").AddSpotifyBearerToken();
    });

    [Benchmark(Baseline = true)]
    public Task<HttpStatusCode> Semaphore() => FirstResponseAsync(services =>
    {
        services.AddHttpClient("accounts");
        services.AddSingleton(provider => new SemaphoreTokens(new PlainTokenRequest(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient("accounts"), _fake.TokenEndpoint, _fake.ClientId, _fake.ClientSecret)));
        services.AddTransient(provider => new TokenHandler(provider.GetRequiredService<SemaphoreTokens>().GetAsync));
        services.AddHttpClient("api", client => client.BaseAddress = _fake.ApiBaseAddress).AddHttpMessageHandler<TokenHandler>();
    });

    private static async Task<HttpStatusCode> FirstResponseAsync(Action<IServiceCollection> register)
    {
        List<SocketsHttpHandler> connections = [];
        ServiceCollection services = new();
        services.AddLogging();
        services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() =>
        {
            connections.Add(new SocketsHttpHandler());
            return connections[^1];
        }));
        register(services);
        await using ServiceProvider provider = services.BuildServiceProvider();
        HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        using HttpResponseMessage response = await client.GetAsync("tracks/4cOdK2wGLETKBW3PvgPWqT").ConfigureAwait(false);
        // The factory keeps handlers for two minutes, and by then some systems would run out of sockets.
        connections.ForEach(connection => connection.Dispose());
        return response.StatusCode;
    }
}
