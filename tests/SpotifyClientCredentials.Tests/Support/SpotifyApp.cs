using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>An application with dependency injection, one HTTP client, real sockets and a <see cref="FakeSpotify"/>.</summary>
internal sealed class SpotifyApp : IAsyncDisposable
{
    public const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";
    public const string ClientName = "api";

    private SpotifyApp(FakeSpotify fake, ServiceProvider services)
    {
        Fake = fake;
        Services = services;
        Api = CreateClient();
    }

    public FakeSpotify Fake { get; }

    public ServiceProvider Services { get; }

    public HttpClient Api { get; }

    /// <summary>The Authorization headers of the API requests, in the order in which they were received.</summary>
    public IEnumerable<string?> Authorizations => Fake.ApiRequests.Select(request => request.Headers.GetValueOrDefault("Authorization"));

    /// <param name="clock">The clock of the server and of the library; the system's if null.</param>
    /// <param name="configure">Changes settings after those of the server.</param>
    /// <param name="outside">Adds handlers outside the bearer handler.</param>
    public static async Task<SpotifyApp> StartAsync(
        TimeProvider? clock = null, Action<SpotifyClientCredentialsOptions>? configure = null, Action<IHttpClientBuilder>? outside = null)
    {
        FakeSpotify fake = await FakeSpotify.StartAsync(clock);
        ServiceCollection services = new();
        if (clock is not null)
        {
            services.AddSingleton(clock);
        }

        services.AddSpotifyClientCredentials(options =>
        {
            fake.Configure(options);
            configure?.Invoke(options);
        }).TokenClient.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false });
        IHttpClientBuilder client = services.AddHttpClient(ClientName).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false });
        outside?.Invoke(client);
        client.AddSpotifyBearerToken();
        return new SpotifyApp(fake, services.BuildStrictly());
    }

    public HttpClient CreateClient() => Services.GetRequiredService<IHttpClientFactory>().CreateClient(ClientName);

    public Task<HttpResponseMessage> GetTrackAsync() => Api.GetAsync(Track);

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Fake.DisposeAsync();
    }
}
