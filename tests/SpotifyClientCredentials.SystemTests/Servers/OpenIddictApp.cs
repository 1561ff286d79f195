using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Servers;

/// <summary>An application whose token comes from an <see cref="OpenIddictServer"/>, with the same clock.</summary>
internal sealed class OpenIddictApp : IAsyncDisposable
{
    public const int Callers = 16;

    private readonly IConfigurationRoot _configuration;
    private readonly ServiceProvider _services;
    private readonly HttpClient _api;

    private OpenIddictApp(OpenIddictServer server, string secret)
    {
        Server = server;
        _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ClientId"] = OpenIddictServer.ClientId,
            ["ClientSecret"] = secret,
            ["TokenEndpoint"] = server.TokenEndpoint.AbsoluteUri,
            ["ApiBaseAddress"] = server.ApiBaseAddress.AbsoluteUri,
        }).Build();
        _services = TestContainer.Build(services =>
        {
            services.AddSingleton<TimeProvider>(server.Clock);
            services.AddLogging(logging => logging.AddProvider(Logs));
            services.AddSpotifyClientCredentials(_configuration);
            services.AddHttpClient("api").AddSpotifyBearerToken();
        });
        _api = _services.CreateClient("api");
    }

    public OpenIddictServer Server { get; }

    public TestClock Clock => Server.Clock;

    public RecordingLoggerProvider Logs { get; } = new();

    public ClientCredentialsTokenProvider Provider => _services.GetRequiredService<ClientCredentialsTokenProvider>();

    public static async Task<OpenIddictApp> StartAsync(TokenFormat format, string secret = OpenIddictServer.ClientSecret) =>
        new(await OpenIddictServer.StartAsync(format, new TestClock()), secret);

    /// <summary>Calls the API once from each caller, all at the same time.</summary>
    public Task<HttpStatusCode[]> CallAsync() => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallOnceAsync())).Within();

    public async Task<HttpStatusCode> CallOnceAsync()
    {
        using HttpResponseMessage response = await _api.GetAsync("tracks");
        return response.StatusCode;
    }

    /// <summary>Changes the secret in the configuration, as a reload does.</summary>
    public void ChangeSecret(string secret)
    {
        _configuration["ClientSecret"] = secret;
        _configuration.Reload();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Server.DisposeAsync();
    }
}
