using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Limit;

/// <summary>Where AddSpotifyRateLimit puts its handler, for which app, and with which options.</summary>
public sealed class RegistrationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Handler_WhicheverCallComesFirst_StandsDirectlyOutsideOfTheBearerHandler(bool limitFirst)
    {
        using ServiceProvider services = Build(collection =>
        {
            IHttpClientBuilder client = collection.AddHttpClient("x").AddHttpMessageHandler(() => new Named("outer"));
            client = limitFirst ? client.AddSpotifyRateLimit().AddSpotifyBearerToken() : client.AddSpotifyBearerToken().AddSpotifyRateLimit();
            client.AddHttpMessageHandler(() => new Named("inner"));
        });

        Assert.Equal(["outer", "RateLimitHandler", "BearerTokenHandler", "inner"], Chain(services, "x"));
    }

    [Fact]
    public void Handler_WithoutABearerHandler_StandsInnermost()
    {
        using ServiceProvider services = Build(collection =>
            collection.AddHttpClient("x").AddSpotifyRateLimit().AddHttpMessageHandler(() => new Named("other")));

        Assert.Equal(["other", "RateLimitHandler"], Chain(services, "x"));
    }

    [Fact]
    public void Handler_AddedTwiceAndByDefaults_IsThereOnceButNeverOnATokenClient()
    {
        using ServiceProvider services = Build(collection =>
        {
            collection.AddSpotifyClientCredentials("other", options => (options.ClientId, options.ClientSecret) = ("id", "secret")).TokenClient.AddSpotifyRateLimit();
            collection.ConfigureHttpClientDefaults(defaults => defaults.AddSpotifyBearerToken().AddSpotifyRateLimit());
            collection.AddHttpClient("x").AddSpotifyRateLimit().AddSpotifyRateLimit();
            collection.AddHttpClient("y").AddSpotifyBearerToken("other").AddSpotifyRateLimit();
        });

        Assert.Equal(["RateLimitHandler", "BearerTokenHandler"], Chain(services, "x"));
        Assert.Equal(["RateLimitHandler", "BearerTokenHandler"], Chain(services, "y"));
        Assert.Equal(["RateLimitHandler", "BearerTokenHandler"], Chain(services, "any"));
        Assert.Empty(Chain(services, "SpotifyClientCredentials"));
        Assert.Empty(Chain(services, "SpotifyClientCredentials:other"));
    }

    [Theory]
    [InlineData("other", null)]
    [InlineData(null, "other")]
    [InlineData("missing", "missing")]
    public void CreateClient_ForTwoAppsOrAMissingOne_Throws(string? bearer, string? limit)
    {
        using ServiceProvider services = Build(collection =>
        {
            collection.AddSpotifyClientCredentials("other", options => (options.ClientId, options.ClientSecret) = ("id", "secret"));
            IHttpClientBuilder client = collection.AddHttpClient("x").AddSpotifyRateLimit(limit ?? "other");
            _ = bearer == "missing" ? client : limit is null ? client.AddSpotifyRateLimit() : client.AddSpotifyBearerToken();
            if (limit is null)
            {
                client.AddSpotifyBearerToken();
            }
        });

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => Chain(services, "x"));
        Assert.Contains("AddSpotifyRateLimit", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_WithoutABearerHandler_ReadsTheSettingsAndHeedsThe429()
    {
        await using RateLimitApp app = new(TimeSpan.Zero, services => services.AddHttpClient("plain").AddSpotifyRateLimit(configure: options => options.MaxWait = TimeSpan.Zero));
        await app.RejectAsync("60");

        Assert.Equal(60, await app.RetryAfterAsync(client: "plain"));
        Assert.Null(await app.RetryAfterAsync(RateLimitApp.Album, "plain"));
    }

    [Fact]
    public async Task Client_WithoutABearerHandlerAndWithInvalidSettings_LetsTheCallPass()
    {
        ServiceCollection services = new();
        services.AddSpotifyClientCredentials(options => options.ClientId = "no secret");
        services.AddHttpClient("x").AddSpotifyRateLimit()
            .ConfigurePrimaryHttpMessageHandler(() => new RateLimitApp.AsyncResponses(_ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.Accepted))));
        await using ServiceProvider provider = services.BuildStrictly();

        using HttpResponseMessage response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("x").GetAsync(RateLimitApp.Search).Within();

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    public async Task MaxWait_OutsideOfZeroToAnHour_StopsTheHost(int seconds, bool isValid)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSpotifyClientCredentials(options => (options.ClientId, options.ClientSecret) = ("id", "secret"));
        builder.Services.AddHttpClient("x").AddSpotifyRateLimit(configure: options => options.MaxWait = TimeSpan.FromSeconds(seconds));
        using IHost host = builder.Build();

        if (isValid)
        {
            await host.StartAsync().Within();
        }
        else
        {
            OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
            Assert.Contains("SpotifyRateLimitOptions.MaxWait of the HTTP client \"x\" is ", failure.Message, StringComparison.Ordinal);
            Assert.Contains("Set it to a time from zero to one hour", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    [InlineData(-1, false)] // infinite
    public async Task Timeout_ThatIsNotLongerThanMaxWait_IsWarnedOfOnce(int seconds, bool warns)
    {
        TimeSpan timeout = seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
        await using RateLimitApp app = new(configure: services => services.AddHttpClient("x", client => client.Timeout = timeout).AddSpotifyRateLimit());

        _ = app.CreateClient("x");
        _ = app.CreateClient("x");

        Assert.Equal(warns ? 1 : 0, app.Logs.Events(13).Count());
        Assert.All(app.Logs.Events(13), entry => Assert.Equal(
            "The Timeout of HTTP client 'x', 00:00:05, isn't longer than its MaxWait, 00:00:05: calls that wait for the rate limit are cancelled. Set a longer Timeout or a shorter MaxWait",
            entry.Message));
    }

    [Fact]
    public async Task Log_OfAClosingAndAnOpening_HasOneEventEach()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.CallAsync(20, RateLimitApp.Album);
        await app.RejectAsync("7", RateLimitApp.Track);
        _ = await app.RetryAfterAsync(RateLimitApp.Track);
        await app.RejectAsync("9", RateLimitApp.Search);
        app.Clock.Advance(TimeSpan.FromSeconds(31));
        await app.CallAsync(2, RateLimitApp.Search);

        Assert.Equal(
            [
                (LogLevel.Warning, "The Web API returned 429 to app '(unnamed)': the path GET /v1/tracks/{id} is closed for 00:00:07; calls that it may then send in 30 s: 18"),
                (LogLevel.Warning, "The Web API returned 429 to app '(unnamed)': the path GET /v1/search is closed for 00:00:09; calls that it may then send in 30 s: 18"),
                (LogLevel.Warning, "The Web API returned 429 to app '(unnamed)': the whole app is closed for 00:00:09; calls that it may then send in 30 s: 18"),
            ],
            app.Logs.Events(11).Select(entry => (entry.Level, entry.Message)));
        Assert.Equal(
            [
                (LogLevel.Information, "App '(unnamed)': the whole app is open again, and one call goes first"),
                (LogLevel.Information, "App '(unnamed)': the path GET /v1/search is open again, and one call goes first"),
            ],
            app.Logs.Events(12).Select(entry => (entry.Level, entry.Message)));
    }

    [Fact]
    public async Task Meter_OfTheApp_CountsAndShowsWhatIsHeldBack()
    {
        await using RateLimitApp app = new();
        Dictionary<string, double> measured = [];
        using MeterListener listener = new();
        IMeterFactory meters = app.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name.StartsWith("spotify_client_credentials.rate_limit.", StringComparison.Ordinal))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured[instrument.Name] = measured.GetValueOrDefault(instrument.Name) + value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured[instrument.Name] = value);
        listener.Start();
        await app.RejectAsync("7");
        Assert.Equal(7, await app.RetryAfterAsync());
        app.Clock.Advance(TimeSpan.FromSeconds(4));
        Task<HttpResponseMessage> waiting = app.Client.GetAsync(RateLimitApp.Search);
        listener.RecordObservableInstruments();

        Assert.Equal(
            [("spotify_client_credentials.rate_limit.held_back", 1), ("spotify_client_credentials.rate_limit.remaining", 3), ("spotify_client_credentials.rate_limit.unsent", 1)],
            measured.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)));
        app.Clock.Advance(TimeSpan.FromSeconds(3.1));
        (await waiting.Within()).Dispose();
    }

    [Fact]
    [ExcludedFromSecrecyRun("It measures allocations, to which listeners add.")]
    public async Task SendAsync_WhileNothingIsClosed_AllocatesNothing()
    {
        await using RateLimitApp app = new();
        await app.CallAsync(1); // the settings are known from now on
        using HttpRequestMessage request = new(HttpMethod.Get, RateLimitApp.Search);
        using HttpMessageInvoker without = new(new Completed());
        using HttpMessageInvoker with = new(CreateLimit(app));

        Assert.Equal(Measure(without), Measure(with));

        long Measure(HttpMessageInvoker invoker)
        {
            for (int i = 0; i < 100; i++)
            {
                _ = invoker.SendAsync(request, default).Result;
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                _ = invoker.SendAsync(request, default).Result;
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static ServiceProvider Build(Action<IServiceCollection> register) => TestContainer.Build(services =>
    {
        services.AddSpotifyClientCredentials(options => (options.ClientId, options.ClientSecret) = ("id", "secret"));
        register(services);
    });

    private static string[] Chain(IServiceProvider services, string client) => [.. Handlers(services, client).OfType<DelegatingHandler>()
        .Select(handler => handler is Named named ? named.Name : handler.GetType().Name)
        .Where(name => !name.StartsWith("Lifetime", StringComparison.Ordinal) && !name.StartsWith("Logging", StringComparison.Ordinal))];

    private static IEnumerable<HttpMessageHandler> Handlers(IServiceProvider services, string client)
    {
        for (HttpMessageHandler? handler = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(client); handler is not null; handler = (handler as DelegatingHandler)?.InnerHandler)
        {
            yield return handler;
        }
    }

    // The handler of a client, over an innermost one that completes synchronously.
    private static DelegatingHandler CreateLimit(RateLimitApp app)
    {
        HttpMessageHandlerBuilder builder = app.Services.GetRequiredService<HttpMessageHandlerBuilder>();
        builder.Name = "a";
        foreach (Action<HttpMessageHandlerBuilder> action in app.Services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get("a").HttpMessageHandlerBuilderActions)
        {
            action(builder);
        }

        DelegatingHandler limit = builder.AdditionalHandlers.Single(handler => handler.GetType().Name == "RateLimitHandler");
        limit.InnerHandler = new Completed();
        return limit;
    }

    private sealed class Completed : HttpMessageHandler
    {
        private readonly Task<HttpResponseMessage> _response = Task.FromResult(new HttpResponseMessage());

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _response;
    }

    private sealed class Named(string name) : DelegatingHandler
    {
        public string Name { get; } = name;
    }
}
