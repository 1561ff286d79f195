using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>One instance of an application, with its own container and its own client for the Web API.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private static readonly HttpRequestOptionsKey<Stopwatch> OnWebApi = new("time on Web API");

    private readonly CallRecorder _recorder;
    private readonly IConfigurationRoot _configuration;
    private readonly ServiceProvider _services;
    private readonly HttpClient _client;

    /// <param name="settings">The settings of the instance.</param>
    /// <param name="share">Configures the sharing of the token; null if the instance doesn't share it.</param>
    /// <param name="recorder">Records the outcome of its calls.</param>
    public Instance(InstanceSettings settings, Action<TokenSharingOptions>? share, CallRecorder recorder)
    {
        _recorder = recorder;
        _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [nameof(settings.ClientId)] = settings.ClientId,
            ["ClientSecret"] = settings.Secret,
            [nameof(settings.TokenEndpoint)] = settings.TokenEndpoint.ToString(),
            [nameof(settings.ApiBaseAddress)] = settings.ApiBaseAddress.ToString(),
            [nameof(settings.RenewalWindow)] = settings.RenewalWindow.ToString(),
        }).Build();

        ServiceCollection services = new();
        services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false }));
        SpotifyClientCredentialsBuilder app = services.AddSpotifyClientCredentials(_configuration);
        app.TokenClient.AddHttpMessageHandler(() => new TimedHandler(recorder));
        if (share is not null)
        {
            app.ShareToken(share);
        }

        // Inside the library's handler, so that the rest of a call's time is the wait for its token.
        services.AddHttpClient("spotify", client => client.Timeout = TimeSpan.FromSeconds(30))
            .AddSpotifyBearerToken()
            .AddHttpMessageHandler(() => new OnWebApiHandler());
        _services = services.BuildServiceProvider();
        _client = _services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
    }

    public async Task CallAsync()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "tracks/4cOdK2wGLETKBW3PvgPWqT");
        Stopwatch onWebApi = new();
        request.Options.Set(OnWebApi, onWebApi);
        string? failure = null;
        long startedAt = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request);
            failure = response.StatusCode == HttpStatusCode.OK ? null : $"returned {(int)response.StatusCode}";
        }
        catch (Exception e)
        {
            failure = $"{e.GetType().Name}: {e.Message}";
        }

        TimeSpan took = Stopwatch.GetElapsedTime(startedAt);
        _recorder.Call(took, took - onWebApi.Elapsed, failure);
    }

    public async Task CallSteadilyAsync(TimeSpan pause, CancellationToken stopping)
    {
        await PauseAsync(pause * Random.Shared.NextDouble(), stopping);
        while (!stopping.IsCancellationRequested)
        {
            await CallAsync();
            await PauseAsync(pause, stopping);
        }
    }

    /// <summary>Changes the secret as an edit of a configuration file would.</summary>
    public void Rotate(string secret)
    {
        _configuration["ClientSecret"] = secret;
        _configuration.Reload();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static async Task PauseAsync(TimeSpan pause, CancellationToken stopping) =>
        await Task.Delay(pause, TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private sealed class OnWebApiHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _ = request.Options.TryGetValue(OnWebApi, out Stopwatch? onWebApi);
            onWebApi!.Start();
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                onWebApi.Stop();
            }
        }
    }
}
