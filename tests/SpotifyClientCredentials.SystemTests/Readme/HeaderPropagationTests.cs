using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Readme;

/// <summary>What README's FAQ says about header propagation.</summary>
public sealed class HeaderPropagationTests
{
    [Fact]
    public async Task HeaderPropagation_OfAuthorization_SendsTheVisitorsOwnAndSaysSo()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        using RecordingLoggerProvider logs = new();

        HttpStatusCode status = await CallAsVisitorAsync(fake, logs, client => client.AddHeaderPropagation().AddSpotifyBearerToken());

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("Bearer of-the-visitor", Assert.Single(fake.ApiRequests).Headers["Authorization"]);
        Assert.Empty(fake.TokenRequests);
        Assert.Single(logs.Events(10));
    }

    [Fact]
    public async Task HeaderPropagation_InsideTheBearerToken_LeavesTheToken()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        using RecordingLoggerProvider logs = new();

        HttpStatusCode status = await CallAsVisitorAsync(fake, logs, client => client.AddSpotifyBearerToken().AddHeaderPropagation());

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Single(fake.TokenRequests);
        Assert.Empty(logs.Events(10));
    }

    /// <summary>A visitor calls a web application with a token of its own, and the application calls Spotify.</summary>
    /// <returns>The status that Spotify returned.</returns>
    private static async Task<HttpStatusCode> CallAsVisitorAsync(FakeSpotify fake, RecordingLoggerProvider logs, Func<IHttpClientBuilder, IHttpClientBuilder> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(logs).AddFilter("SpotifyClientCredentials", LogLevel.Debug);
        builder.Services.AddHeaderPropagation(options => options.Headers.Add("Authorization"));
        builder.Services.AddSpotifyClientCredentials(fake.Configure);
        configure(builder.Services.AddHttpClient("spotify"));
        await using WebApplication app = builder.Build();
        app.UseHeaderPropagation();
        app.MapGet("/", async (IHttpClientFactory clients, HttpContext context) =>
        {
            using HttpResponseMessage response = await clients.CreateClient("spotify").GetAsync("tracks/4cOdK2wGLETKBW3PvgPWqT");
            context.Response.StatusCode = (int)response.StatusCode;
        });
        await app.StartAsync();

        using HttpClient visitor = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.Single()) };
        visitor.DefaultRequestHeaders.Add("Authorization", "Bearer of-the-visitor");
        using HttpResponseMessage seen = await visitor.GetAsync("/");
        return seen.StatusCode;
    }
}
