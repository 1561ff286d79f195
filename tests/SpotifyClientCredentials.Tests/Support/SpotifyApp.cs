using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>An application as its owner would register it, with one HTTP client, real sockets and a <see cref="FakeSpotify"/>.</summary>
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

    /// <summary>What each API request carried, in the order in which they came.</summary>
    public IEnumerable<string?> Authorizations => Fake.ApiRequests.Select(request => request.Headers.GetValueOrDefault("Authorization"));

    /// <param name="clock">The clock of the server and of the library; the system's where it is null.</param>
    /// <param name="configure">Settings beside the server's own.</param>
    /// <param name="outside">What the client gets before, and so outside of, the bearer handler.</param>
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
