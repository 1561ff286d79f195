using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>
/// An application with two Spotify apps, each with its own server, real sockets and editable settings, watched by an
/// <see cref="Observation"/>. Its API client logs every header that it may, as Microsoft.Extensions.Http 8 does by default.
/// </summary>
internal sealed class ObservedApp : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private ObservedApp(SplitClock clock, FakeSpotify fake, FakeSpotify second)
    {
        (Clock, Fake, Second) = (clock, fake, second);
        Configuration = (IConfigurationRoot)new ConfigurationBuilder().AddInMemoryCollection().Build();
        Configuration["Spotify:ClientId"] = fake.ClientId;
        Configuration["Spotify:ClientSecret"] = fake.ClientSecret;
        Configuration["Spotify:TokenEndpoint"] = fake.TokenEndpoint.AbsoluteUri;
        Configuration["Spotify:ApiBaseAddress"] = fake.ApiBaseAddress.AbsoluteUri;
        _services = TestContainer.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Observation.Log));
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton<IConfiguration>(Configuration);
            Builder = services.AddSpotifyClientCredentials();
            services.AddHttpClient("api").AddSpotifyBearerToken().RedactLoggedHeaders(_ => false);
            services.AddHttpClient("limited api").AddSpotifyBearerToken().AddSpotifyRateLimit();
            services.AddSpotifyClientCredentials("second", second.Configure);
            services.AddHttpClient("second api").AddSpotifyBearerToken("second");
        });
        Provider = _services.GetRequiredService<ClientCredentialsTokenProvider>();
        Api = _services.CreateClient("api");
        LimitedApi = _services.CreateClient("limited api");
        SecondApi = _services.CreateClient("second api");
        Observation.Secrets.AddCredentials(fake.ClientId, fake.ClientSecret).AddCredentials(second.ClientId, second.ClientSecret);
    }

    public Observation Observation { get; } = new();

    public SplitClock Clock { get; }

    public FakeSpotify Fake { get; }

    public FakeSpotify Second { get; }

    public IConfigurationRoot Configuration { get; }

    public SpotifyClientCredentialsBuilder Builder { get; private set; } = null!;

    public ClientCredentialsTokenProvider Provider { get; }

    public HttpClient Api { get; }

    public HttpClient LimitedApi { get; }

    public HttpClient SecondApi { get; }

    public static async Task<ObservedApp> StartAsync()
    {
        SplitClock clock = new();
        return new ObservedApp(clock, await FakeSpotify.StartAsync(clock), await FakeSpotify.StartAsync(clock));
    }

    public ValueTask StopAsync() => _services.DisposeAsync();

    /// <summary>Shows the exception that a call throws.</summary>
    public async Task<T> CatchAsync<T>(Func<Task> call)
        where T : Exception
    {
        T exception = await Assert.ThrowsAsync<T>(call).Within();
        Observation.Show(exception);
        return exception;
    }

    /// <summary>Shows the exception of a call that gets no token.</summary>
    public Task<TokenRequestException> CatchAsync() =>
        CatchAsync<TokenRequestException>(() => PassBackoffsAsync(() => Api.GetAsync(SpotifyApp.Track)));

    /// <summary>Makes a call, and advances the clock by each backoff that it waits for.</summary>
    public Task<HttpResponseMessage> PassBackoffsAsync(Func<Task<HttpResponseMessage>> call) => Observation.Log.PassAsync(Clock, call);

    public void Edit(string setting, string value)
    {
        Configuration[$"Spotify:{setting}"] = value;
        Configuration.Reload();
    }

    /// <summary>Shows every object of the library that an application can have, and fails if any channel contains a secret.</summary>
    public void AssertNoLeak()
    {
        foreach (RecordedRequest request in Fake.ApiRequests.Concat(Second.ApiRequests))
        {
            if (request.Headers.TryGetValue("Authorization", out string? authorization))
            {
                Observation.Secrets.Add("token", authorization["Bearer ".Length..]);
            }

            Observation.Show(request);
        }

        // FakeSpotify shows a test what the test itself put into a response.
        Fake.TokenResponse = null;
        SpotifyClientCredentialsOptions options = new();
        Fake.Configure(options);
        object[] objects = [options, Builder, Provider, new BearerTokenHandler(Provider), Fake, Second, .. Fake.TokenRequests, .. Second.TokenRequests];
        Array.ForEach(objects, Observation.Show);
        TokenState state = Provider.Cache.State;
        foreach (AccessToken token in new[] { state.Current?.Token, state.Previous }.OfType<AccessToken>())
        {
            Observation.Secrets.Add("token", token.Value);
            Observation.Show(token);
        }

        // The debugger view of the provider expands it, too.
        Observation.Show(state);
        Observation.AssertNoLeak("ToString", "debugger", "JSON");
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Fake.DisposeAsync();
        await Second.DisposeAsync();
        Observation.Dispose();
    }
}
