using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Logging;
using SpotifyClientCredentials.Tests.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

/// <summary>[B1]: of what <c>ConfigureHttpClientDefaults</c> gives to all clients, the token client gets the primary handler alone.</summary>
public sealed class TokenClientDefaultsTests
{
    private readonly ConcurrentQueue<HttpRequestMessage> _sent = new();
    private readonly CountingHandler[] _handlers = [new(), new(), new(), new()];

    public static TheoryData<string, bool> AppsAndOrders => new() { { "", true }, { "", false }, { "radio", true }, { "radio", false } };

    [Theory]
    [MemberData(nameof(AppsAndOrders))]
    public async Task TokenClient_WithClientActionsInDefaults_HasNoneOfThem(string app, bool areDefaultsFirst)
    {
        await using ServiceProvider services = Build(app, areDefaultsFirst, defaults => defaults.ConfigureHttpClient(client =>
        {
            client.DefaultRequestHeaders.Add("X-Api-Key", "meant for others");
            client.BaseAddress = new Uri("https://internal.example/");
            client.Timeout = TimeSpan.FromMinutes(7);
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }).ConfigureHttpClient((_, client) => client.DefaultRequestHeaders.Add("User-Agent", "defaults/1")));

        await GetTokenAsync(services, app);

        HttpRequestMessage request = Assert.Single(_sent);
        Assert.Equal(["Authorization", "Accept"], request.Headers.Select(header => header.Key));
        Assert.Equal((HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower), (request.Version, request.VersionPolicy));
        HttpClient tokenClient = services.CreateClient(ClientName(app));
        Assert.Equal((null, Timeout.InfiniteTimeSpan), (tokenClient.BaseAddress, tokenClient.Timeout));
        HttpClient other = services.CreateClient("other");
        Assert.Equal((2, TimeSpan.FromMinutes(7)), (other.DefaultRequestHeaders.Count(), other.Timeout));
    }

    [Theory]
    [MemberData(nameof(AppsAndOrders))]
    public async Task TokenClient_WithHandlersInDefaults_HasNoneOfThem(string app, bool areDefaultsFirst)
    {
        await using ServiceProvider services = Build(app, areDefaultsFirst, defaults => defaults
            .AddHttpMessageHandler(() => _handlers[0])
            .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Insert(0, _handlers[1])));

        await GetTokenAsync(services, app);

        Assert.Equal(2, services.Handlers("other").OfType<CountingHandler>().Count());
        Assert.Empty(services.Handlers(ClientName(app)).OfType<CountingHandler>());
        Assert.Single(_sent);
    }

    [Theory]
    [MemberData(nameof(AppsAndOrders))]
    public async Task TokenClient_WithAPrimaryHandlerInDefaults_UsesIt(string app, bool areDefaultsFirst)
    {
        await using RawServer proxy = new(HttpResponses.Token("BQproxy"));
        await using ServiceProvider services = Build(
            app, areDefaultsFirst, defaults => defaults.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { Proxy = new WebProxy(proxy.Address) }), hasOwnPrimary: false);

        Assert.Equal("BQproxy", (await GetTokenAsync(services, app)).Value);

        Assert.StartsWith("POST http://127.0.0.1:9/api/token HTTP/1.1\r\n", Assert.Single(proxy.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AppsAndOrders))]
    public async Task TokenClient_WithSettingsOfItsOwn_HasThem(string app, bool areDefaultsFirst)
    {
        await using ServiceProvider services = Build(
            app,
            areDefaultsFirst,
            defaults => defaults.AddHttpMessageHandler(() => _handlers[0]).ConfigureHttpClient(client => client.DefaultRequestHeaders.Add("X-Api-Key", "meant for others")),
            tokenClient => tokenClient.AddHttpMessageHandler(() => _handlers[1]).ConfigureHttpClient(client =>
            {
                client.DefaultRequestHeaders.Add("X-Own", "1");
                client.Timeout = TimeSpan.FromMinutes(7);
                client.DefaultRequestVersion = HttpVersion.Version20;
                client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            }));

        await GetTokenAsync(services, app);

        HttpRequestMessage request = Assert.Single(_sent);
        Assert.Equal(["Accept", "Authorization", "X-Own"], request.Headers.Select(header => header.Key).Order(StringComparer.Ordinal));
        Assert.Equal((HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact), (request.Version, request.VersionPolicy));
        Assert.Equal(TimeSpan.FromMinutes(7), services.CreateClient(ClientName(app)).Timeout);
        Assert.Equal([0, 1], _handlers[..2].Select(handler => handler.Count));
    }

    [Theory]
    [MemberData(nameof(AppsAndOrders))]
    public async Task TokenClient_WithALoggerOfItsOwnAndOneInDefaults_HasItsOwnAlone(string app, bool areDefaultsFirst)
    {
        (CountingLogger inDefaults, CountingLogger own) = (new(), new());
        await using ServiceProvider services = Build(
            app, areDefaultsFirst, defaults => defaults.AddLogger(_ => inDefaults, wrapHandlersPipeline: true), tokenClient => tokenClient.AddLogger(_ => own));

        await GetTokenAsync(services, app);

        Assert.Equal((0, 1), (inDefaults.Count, own.Count));
    }

    [Fact]
    public async Task TokenClient_OfAnAppThatIsAddedTwice_KeepsItsSettings()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            Add(services, "").TokenClient.ConfigureHttpClient(client => client.DefaultRequestHeaders.Add("X-First", "1"));
            services.ConfigureHttpClientDefaults(client => client.ConfigureHttpClient(client => client.DefaultRequestHeaders.Add("X-Api-Key", "meant for others")));
            Add(services, "").TokenClient.ConfigureHttpClient(client => client.DefaultRequestHeaders.Add("X-Second", "1"));
        });

        Assert.Equal(["X-First", "X-Second"], services.CreateClient(nameof(SpotifyClientCredentials)).DefaultRequestHeaders.Select(header => header.Key));
    }

    private ServiceProvider Build(
        string app, bool areDefaultsFirst, Action<IHttpClientBuilder> addDefaults, Action<IHttpClientBuilder>? configure = null, bool hasOwnPrimary = true) =>
        TestContainer.Build(services =>
        {
            if (areDefaultsFirst)
            {
                services.ConfigureHttpClientDefaults(addDefaults);
            }

            IHttpClientBuilder tokenClient = Add(services, app).TokenClient;
            configure?.Invoke(tokenClient);
            if (hasOwnPrimary)
            {
                tokenClient.ConfigurePrimaryHttpMessageHandler(() => new Recorder(_sent));
            }

            services.AddHttpClient("other");
            if (!areDefaultsFirst)
            {
                services.ConfigureHttpClientDefaults(addDefaults);
            }
        });

    private static SpotifyClientCredentialsBuilder Add(IServiceCollection services, string app)
    {
        return app.Length == 0 ? services.AddSpotifyClientCredentials(Configure) : services.AddSpotifyClientCredentials(app, Configure);

        static void Configure(SpotifyClientCredentialsOptions options)
        {
            (options.ClientId, options.ClientSecret) = (TestOptions.ClientId, TestOptions.ClientSecret);
            options.TokenEndpoint = new Uri("http://127.0.0.1:9/api/token");
        }
    }

    private static Task<AccessToken> GetTokenAsync(ServiceProvider services, string app) =>
        (app.Length == 0 ? services.GetRequiredService<ClientCredentialsTokenProvider>() : services.GetRequiredKeyedService<ClientCredentialsTokenProvider>(app))
            .GetTokenAsync().AsTask().Within();

    private static string ClientName(string app) => app.Length == 0 ? nameof(SpotifyClientCredentials) : $"{nameof(SpotifyClientCredentials)}:{app}";

    private sealed class CountingLogger : IHttpClientLogger
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public object? LogRequestStart(HttpRequestMessage request) => Interlocked.Increment(ref _count);

        public void LogRequestStop(object? context, HttpRequestMessage request, HttpResponseMessage response, TimeSpan elapsed)
        {
        }

        public void LogRequestFailed(object? context, HttpRequestMessage request, HttpResponseMessage? response, Exception exception, TimeSpan elapsed)
        {
        }
    }

    private sealed class Recorder(ConcurrentQueue<HttpRequestMessage> sent) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent.Enqueue(request);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Responses.Good), RequestMessage = request });
        }
    }
}
