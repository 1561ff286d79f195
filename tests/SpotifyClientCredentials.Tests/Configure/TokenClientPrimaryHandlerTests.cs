using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class TokenClientPrimaryHandlerTests : IAsyncDisposable
{
    private const string Token = """{"access_token":"the-token","token_type":"Bearer","expires_in":3600}""";

    private static readonly Dictionary<string, Action<IHttpClientBuilder>> Configurations = new()
    {
        ["none"] = _ => { },
        ["SocketsHttpHandler"] = client => client.ConfigurePrimaryHttpMessageHandler(() => Lax(new SocketsHttpHandler())),
        ["HttpClientHandler"] = client => client.ConfigurePrimaryHttpMessageHandler(() => Lax(new HttpClientHandler())),
        ["DelegatingHandler around a SocketsHttpHandler"] = client =>
            client.ConfigurePrimaryHttpMessageHandler(() => new CountingHandler { InnerHandler = Lax(new SocketsHttpHandler()) }),
        ["DelegatingHandler around a HttpClientHandler"] = client =>
            client.ConfigurePrimaryHttpMessageHandler(() => new CountingHandler { InnerHandler = Lax(new HttpClientHandler()) }),
        ["UseSocketsHttpHandler"] = client => client.UseSocketsHttpHandler((handler, _) => Lax(handler)),
        ["Configure the present one"] = client => client.ConfigurePrimaryHttpMessageHandler((handler, _) => Lax((SocketsHttpHandler)handler)),
    };

    private readonly FakeTimeProvider _time = new();
    private readonly RawServer _elsewhere = new("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    public static TheoryData<string> Primaries => [.. Configurations.Keys];

    public async ValueTask DisposeAsync() => await _elsewhere.DisposeAsync();

    [Theory]
    [MemberData(nameof(Primaries))]
    public Task TokenClient_WithAnyPrimaryHandler_FollowsNoRedirectAndKeepsNoCookieAndAsksForNoCompression(string primary) =>
        AssertStrictAsync(primary, isInDefaults: false);

    [Theory]
    [MemberData(nameof(Primaries))]
    public Task TokenClient_WithAnyPrimaryHandlerFromDefaults_FollowsNoRedirectAndKeepsNoCookieAndAsksForNoCompression(string primary) =>
        AssertStrictAsync(primary, isInDefaults: true);

    private async Task AssertStrictAsync(string primary, bool isInDefaults)
    {
        await using RawServer endpoint = new(
            $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {_elsewhere.Address}\r\nSet-Cookie: session=1; Path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using ServiceProvider services = Build(endpoint.Address, Configurations[primary], isInDefaults);
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TokenClient_WithAHandlerThatAnotherClientHasUsed_IsRefusedBeforeAnythingIsSent(bool isWrapped)
    {
        await using RawServer endpoint = new("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using SocketsHttpHandler shared = new();
        await using ServiceProvider services = BuildSharing(
            endpoint.Address, shared, client => client.ConfigurePrimaryHttpMessageHandler(() => isWrapped ? new CountingHandler { InnerHandler = shared } : shared));
        await services.CreateClient("other").GetAsync(_elsewhere.Address);

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(
            async () => await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync());

        Assert.Contains("Another client has used the primary handler of TokenClient already, ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("Give TokenClient a handler of its own.", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.Empty(endpoint.Requests);
    }

    [Fact]
    public async Task TokenClient_WithAStrictHandlerThatWasUsedOutsideOfTheFactory_Works()
    {
        await using RawServer endpoint = new($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Token.Length}\r\nConnection: close\r\n\r\n{Token}");
        using SocketsHttpHandler shared = new() { AllowAutoRedirect = false, UseCookies = false, MaxResponseDrainSize = 0 };
        using HttpClient elsewhere = new(shared, disposeHandler: false);
        using HttpResponseMessage used = await elsewhere.GetAsync(_elsewhere.Address);
        await using ServiceProvider services = BuildSharing(endpoint.Address, shared, client => client.ConfigurePrimaryHttpMessageHandler(() => shared));

        Assert.NotNull(await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync());
    }

    [Fact]
    public async Task TokenClient_WithAHandlerThatAnotherClientHasUsedAndThatIsStrict_Works()
    {
        await using RawServer endpoint = new($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Token.Length}\r\nConnection: close\r\n\r\n{Token}");
        using SocketsHttpHandler shared = new() { AllowAutoRedirect = false, UseCookies = false, MaxResponseDrainSize = 0 };
        await using ServiceProvider services = BuildSharing(
            endpoint.Address, shared, client => client.ConfigurePrimaryHttpMessageHandler(() => shared));
        await services.CreateClient("other").GetAsync(_elsewhere.Address);

        AccessToken token = await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        Assert.Equal("the-token", token.Value);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("SocketsHttpHandler")]
    [InlineData("DelegatingHandler around a SocketsHttpHandler")]
    public void TokenClient_WithASocketsHttpHandler_DrainsNothingAndMeasuresWithTheContainersMeters(string primary)
    {
        using ServiceProvider services = Build(_elsewhere.Address, Configurations[primary]);

        SocketsHttpHandler handler = services.Handlers(nameof(SpotifyClientCredentials)).OfType<SocketsHttpHandler>().Single();
        Assert.Equal(0, handler.MaxResponseDrainSize);
        Assert.Same(services.GetRequiredService<IMeterFactory>(), handler.MeterFactory);
    }

    private ServiceProvider Build(Uri server, Action<IHttpClientBuilder> configure, bool isInDefaults = false) => TestContainer.Build(services =>
    {
        services.AddSingleton<TimeProvider>(_time);
        SpotifyClientCredentialsBuilder app = services.AddSpotifyClientCredentials(options =>
        {
            options.ClientId = TestOptions.ClientId;
            options.ClientSecret = TestOptions.ClientSecret;
            options.TokenEndpoint = new Uri(server, "api/token");
            options.MaxRetryAttempts = 0;
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

    private ServiceProvider BuildSharing(Uri server, HttpMessageHandler shared, Action<IHttpClientBuilder> configure) => Build(server, client =>
    {
        client.Services.AddHttpClient("other").ConfigurePrimaryHttpMessageHandler(() => shared);
        configure(client);
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
