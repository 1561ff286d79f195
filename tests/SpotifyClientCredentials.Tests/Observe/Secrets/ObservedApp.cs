using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>
/// An application with two Spotify apps, each with a server of its own, real sockets and settings that can be edited, watched by an
/// <see cref="Observation"/>. Its clients show every header that they may: <c>IHttpClientFactory</c> of version 8 does so by itself.
/// </summary>
internal sealed class ObservedApp : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private ObservedApp(TestClock clock, FakeSpotify fake, FakeSpotify second)
    {
        (Clock, Fake, Second) = (clock, fake, second);
        Configuration = (IConfigurationRoot)new ConfigurationBuilder().AddInMemoryCollection().Build();
        Configuration["Spotify:ClientId"] = fake.ClientId;
        Configuration["Spotify:ClientSecret"] = fake.ClientSecret;
        Configuration["Spotify:TokenEndpoint"] = fake.TokenEndpoint.AbsoluteUri;
        Configuration["Spotify:ApiBaseAddress"] = fake.ApiBaseAddress.AbsoluteUri;
        Configuration["Spotify:MaxRetryAttempts"] = "0";
        _services = TestContainer.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Observation.Log));
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton<IConfiguration>(Configuration);
            Builder = services.AddSpotifyClientCredentials();
            Builder.TokenClient.RedactLoggedHeaders(_ => false);
            services.AddHttpClient("api").AddSpotifyBearerToken().RedactLoggedHeaders(_ => false);
            services.AddSpotifyClientCredentials("second", second.Configure);
            services.AddHttpClient("second api").AddSpotifyBearerToken("second");
        });
        Provider = _services.GetRequiredService<ClientCredentialsTokenProvider>();
        Api = _services.CreateClient("api");
        SecondApi = _services.CreateClient("second api");
        Observation.Secrets.AddCredentials(fake.ClientId, fake.ClientSecret).AddCredentials(second.ClientId, second.ClientSecret);
    }

    public Observation Observation { get; } = new();

    public TestClock Clock { get; }

    public FakeSpotify Fake { get; }

    public FakeSpotify Second { get; }

    public IConfigurationRoot Configuration { get; }

    public SpotifyClientCredentialsBuilder Builder { get; private set; } = null!;

    public ClientCredentialsTokenProvider Provider { get; }

    public HttpClient Api { get; }

    public HttpClient SecondApi { get; }

    public static async Task<ObservedApp> StartAsync()
    {
        TestClock clock = new();
        return new ObservedApp(clock, await FakeSpotify.StartAsync(clock), await FakeSpotify.StartAsync(clock));
    }

    public ValueTask StopAsync() => _services.DisposeAsync();

    /// <summary>Shows the exception that a call ends in.</summary>
    public async Task<T> CatchAsync<T>(Func<Task> call)
        where T : Exception
    {
        T exception = await Assert.ThrowsAsync<T>(call).Within();
        Observation.Show(exception);
        return exception;
    }

    public Task<TokenRequestException> CatchAsync() => CatchAsync<TokenRequestException>(() => Api.GetAsync(SpotifyApp.Track));

    public void Edit(string setting, string value)
    {
        Configuration[$"Spotify:{setting}"] = value;
        Configuration.Reload();
    }

    /// <summary>Shows every object of the library's that an application may hold, and fails where any channel has a secret.</summary>
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

        // What a test has put into an answer is its own, and not hidden from it.
        Fake.TokenResponse = null;
        SpotifyClientCredentialsOptions options = new();
        Fake.Configure(options);
        object[] cached = [options, Builder, Provider, new BearerTokenHandler(Provider), Fake, Second, .. Fake.TokenRequests, .. Second.TokenRequests];
        Array.ForEach(cached, Observation.Show);
        if (CachedToken() is { } token)
        {
            Observation.Secrets.Add("token", token.Value);
            Observation.Show(token);
        }

        Observation.AssertNoLeak("ToString", "debugger", "JSON");
    }

    // Asking the provider would start an acquisition where it holds none.
    private AccessToken? CachedToken() => ((CachedToken?)typeof(ClientCredentialsTokenProvider)
        .GetField("_held", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(Provider))?.Token;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Fake.DisposeAsync();
        await Second.DisposeAsync();
        Observation.Dispose();
    }
}
