using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class TokenClientPrimaryHandlerTests : IAsyncDisposable
{
    private const string Token = """{"access_token":"the-token","token_type":"Bearer","expires_in":3600}""";

    private static readonly Dictionary<string, Action<IHttpClientBuilder>> Configurations = new()
    {
        ["SocketsHttpHandler"] = client => client.ConfigurePrimaryHttpMessageHandler(() => Lax(new SocketsHttpHandler())),
        ["HttpClientHandler"] = client => client.ConfigurePrimaryHttpMessageHandler(() => Lax(new HttpClientHandler())),
        ["DelegatingHandler around a SocketsHttpHandler"] = client =>
            client.ConfigurePrimaryHttpMessageHandler(() => new CountingHandler { InnerHandler = Lax(new SocketsHttpHandler()) }),
        ["DelegatingHandler around an HttpClientHandler"] = client =>
            client.ConfigurePrimaryHttpMessageHandler(() => new CountingHandler { InnerHandler = Lax(new HttpClientHandler()) }),
        ["UseSocketsHttpHandler"] = client => client.UseSocketsHttpHandler((handler, _) => Lax(handler)),
        ["the default one, configured in place"] = client => client.ConfigurePrimaryHttpMessageHandler((handler, _) => Lax((SocketsHttpHandler)handler)),
    };

    private readonly FakeTimeProvider _time = new();
    private readonly RawServer _elsewhere = new("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    private readonly RawServer _endpoint = new(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Token.Length}\r\nConnection: close\r\n\r\n{Token}");

    public static TheoryData<string> Primaries => [.. Configurations.Keys];

    public async ValueTask DisposeAsync()
    {
        await _elsewhere.DisposeAsync();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task TokenClient_WithTheDefaultHandler_FollowsNoRedirectKeepsNoCookieAndAcceptsNoCompression()
    {
        await using RawServer endpoint = new(
            $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {_elsewhere.Address}\r\nSet-Cookie: session=1; Path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using ServiceProvider services = Build(endpoint.Address, _ => { });
        ClientCredentialsTokenProvider provider = services.GetRequiredService<ClientCredentialsTokenProvider>();

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(async () => await provider.GetTokenAsync());
        _time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<TokenRequestException>(async () => await provider.GetTokenAsync());

        Assert.Equal(HttpStatusCode.TemporaryRedirect, failure.StatusCode);
        Assert.Empty(_elsewhere.Requests);
        Assert.Equal(2, endpoint.Requests.Count);
        Assert.All(endpoint.Requests, request => Assert.DoesNotContain("\r\nCookie:", request, StringComparison.OrdinalIgnoreCase));
        Assert.All(endpoint.Requests, request => Assert.DoesNotContain("\r\nAccept-Encoding:", request, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void TokenClient_WithTheDefaultHandler_DrainsNoResponse()
    {
        using ServiceProvider services = Build(_endpoint.Address, _ => { });

        Assert.Equal(0, Assert.IsType<SocketsHttpHandler>(services.Handlers(nameof(SpotifyClientCredentials))[^1]).MaxResponseDrainSize);
    }

    [Theory]
    [MemberData(nameof(Primaries))]
    public void TokenClient_WithAHandlerOfItsOwn_UsesItAsItIs(string primary) => AssertLax(primary, isInDefaults: false);

    [Theory]
    [MemberData(nameof(Primaries))]
    public void TokenClient_WithAHandlerFromDefaults_UsesItAsItIs(string primary) => AssertLax(primary, isInDefaults: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TokenClient_WithOneSettingOfTheDefaultHandlerChanged_KeepsTheOthers(bool isInDefaults)
    {
        using ServiceProvider services = Build(
            _endpoint.Address, client => client.UseSocketsHttpHandler((handler, _) => handler.ConnectTimeout = TimeSpan.FromSeconds(7)), isInDefaults);

        SocketsHttpHandler handler = Assert.IsType<SocketsHttpHandler>(services.Handlers(nameof(SpotifyClientCredentials))[^1]);

        Assert.Equal(
            (TimeSpan.FromSeconds(7), false, false, 0),
            (handler.ConnectTimeout, handler.AllowAutoRedirect, handler.UseCookies, handler.MaxResponseDrainSize));
    }

    [Fact]
    public async Task TokenClient_WithAHandlerThatAnotherClientUsesToo_UsesItAsItIs()
    {
        using SocketsHttpHandler shared = Lax(new SocketsHttpHandler());
        await using ServiceProvider services = Build(_endpoint.Address, client =>
        {
            client.ConfigurePrimaryHttpMessageHandler(() => shared);
            client.Services.AddHttpClient("other").ConfigurePrimaryHttpMessageHandler(() => shared);
        });
        await services.CreateClient("other").GetAsync(_elsewhere.Address);

        AccessToken token = await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
        (await services.CreateClient("other").GetAsync(_elsewhere.Address)).EnsureSuccessStatusCode();

        Assert.Equal("the-token", token.Value);
        AssertLax(shared);
    }

    [Fact]
    public async Task TokenClient_WithAHandlerThatFollowsARedirect_RefusesTheToken()
    {
        await using RawServer endpoint = new($"HTTP/1.1 302 Found\r\nLocation: {_endpoint.Address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using ServiceProvider services = Build(endpoint.Address, Configurations["SocketsHttpHandler"]);

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(
            async () => await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync());

        Assert.StartsWith($"The response to the token request isn't that of a POST to {endpoint.Address}api/token, ", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.DoesNotContain("\r\nAuthorization:", Assert.Single(_endpoint.Requests), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("SocketsHttpHandler")]
    [InlineData("HttpClientHandler")]
    public async Task TokenClient_WithAnyPrimaryHandler_IsMeasuredByTheContainersMeters(string? primary)
    {
        await using ServiceProvider services = Build(_endpoint.Address, primary is null ? _ => { } : Configurations[primary]);
        IMeterFactory meters = services.GetRequiredService<IMeterFactory>();
        ConcurrentQueue<object?> ports = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "http.client.request.duration" && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => ports.Enqueue(new Dictionary<string, object?>(tags.ToArray())["server.port"]));
        listener.Start();

        await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        await Soon.UntilAsync(() => !ports.IsEmpty);
        Assert.Equal(_endpoint.Address.Port, Assert.Single(ports));
    }

    private void AssertLax(string primary, bool isInDefaults)
    {
        using ServiceProvider services = Build(_endpoint.Address, Configurations[primary], isInDefaults);

        AssertLax(services.Handlers(nameof(SpotifyClientCredentials))[^1]);
    }

    private static void AssertLax(HttpMessageHandler handler) => Assert.Equal(
        (true, true, DecompressionMethods.All, 1024),
        handler switch
        {
            SocketsHttpHandler sockets => (sockets.AllowAutoRedirect, sockets.UseCookies, sockets.AutomaticDecompression, sockets.MaxResponseDrainSize),
            HttpClientHandler client => (client.AllowAutoRedirect, client.UseCookies, client.AutomaticDecompression, 1024),
            _ => throw new NotSupportedException(handler.GetType().Name),
        });

    private ServiceProvider Build(Uri server, Action<IHttpClientBuilder> configure, bool isInDefaults = false) => TestContainer.Build(services =>
    {
        services.AddSingleton<TimeProvider>(_time);
        SpotifyClientCredentialsBuilder app = services.AddSpotifyClientCredentials(options =>
        {
            options.ClientId = TestOptions.ClientId;
            options.ClientSecret = TestOptions.ClientSecret;
            options.TokenEndpoint = new Uri(server, "api/token");
        });
        if (isInDefaults)
        {
            services.ConfigureHttpClientDefaults(configure);
        }
        else
        {
            configure(app.TokenClient);
        }
    });

    private static SocketsHttpHandler Lax(SocketsHttpHandler handler)
    {
        handler.AllowAutoRedirect = true;
        handler.UseCookies = true;
        handler.AutomaticDecompression = DecompressionMethods.All;
        handler.MaxResponseDrainSize = 1024;
        return handler;
    }

    private static HttpClientHandler Lax(HttpClientHandler handler)
    {
        handler.AllowAutoRedirect = true;
        handler.UseCookies = true;
        handler.AutomaticDecompression = DecompressionMethods.All;
        return handler;
    }
}
