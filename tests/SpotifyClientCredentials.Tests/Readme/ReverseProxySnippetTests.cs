using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using Yarp.ReverseProxy.Forwarder;

namespace ReadmeSnippets;

public sealed class ReverseProxySnippetTests : IAsyncLifetime
{
    private FakeSpotify _fake = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync();
        WebApplicationBuilder builder = WebApplication.CreateBuilder([.. _fake.ToArguments(), "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);

        // Recipe: reverse proxy
        builder.Services.AddHttpForwarder();
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient("spotify").AddSpotifyBearerToken().ConfigurePrimaryHttpMessageHandler(() =>
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        var app = builder.Build();
        app.Map("/spotify", branch => branch.Run(async visit =>
        {
            var services = visit.RequestServices;
            var api = services.GetRequiredService<IOptions<SpotifyClientCredentialsOptions>>().Value.ApiBaseAddress;
            var handler = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("spotify");
            using var spotify = new HttpMessageInvoker(handler, disposeHandler: false);
            await services.GetRequiredService<IHttpForwarder>().SendAsync(visit, api.ToString(), spotify, (context, request) =>
            {
                request.Headers.Authorization = null;
                request.Headers.Remove("Cookie");
                request.Headers.Host = null;
                return ValueTask.CompletedTask;
            });
        }));
        // end

        _app = app;
        await app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task ReverseProxy_ForAVisitorWithCredentials_SendsTheAppsTokenInTheirPlace()
    {
        using HttpResponseMessage response = await VisitAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(ReadmeApp.TrackName, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        RecordedRequest request = Assert.Single(_fake.ApiRequests);
        AccessToken token = await _app.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
        Assert.Equal($"Bearer {token.Value}", request.Headers["Authorization"]);
        Assert.False(request.Headers.ContainsKey("Cookie"));
        Assert.Equal(_fake.ApiBaseAddress.Authority, request.Headers["Host"]);
        Assert.Equal("de", request.Headers["Accept-Language"]);
        Assert.Equal(($"/v1/tracks/{ReadmeApp.TrackId}", "?market=DE"), (request.RequestUri.AbsolutePath, request.RequestUri.Query));
    }

    [Fact]
    public async Task ReverseProxy_WhenTheTokenIsRevoked_SendsTheRequestAgain()
    {
        (await VisitAsync()).Dispose();
        _fake.RevokeTokens();

        using HttpResponseMessage response = await VisitAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, _fake.TokenRequests.Count);
    }

    [Fact]
    public async Task ReverseProxy_WithoutAToken_RespondsWithBadGateway()
    {
        _fake.TokenResponse = FakeResponse.InvalidClientSecret;

        using HttpResponseMessage response = await VisitAsync();

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Empty(_fake.ApiRequests);
    }

    private async Task<HttpResponseMessage> VisitAsync()
    {
        using HttpClient visitor = new(new SocketsHttpHandler { UseCookies = false });
        using HttpRequestMessage request = new(HttpMethod.Get, $"{_app.Urls.Single()}/spotify/tracks/{ReadmeApp.TrackId}?market=DE");
        request.Headers.Add("Authorization", "Bearer of-the-visitor");
        request.Headers.Add("Cookie", "session=of-the-visitor");
        request.Headers.Add("Accept-Language", "de");
        return await visitor.SendAsync(request);
    }
}
