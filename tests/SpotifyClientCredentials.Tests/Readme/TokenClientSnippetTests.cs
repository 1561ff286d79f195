using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class TokenClientSnippetTests
{
    [Fact]
    public async Task TokenClient_WithAProxyAndAHandler_SendsTheTokenRequestThroughBoth()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        // Nothing listens at the token endpoint, so the request gets a response only through the proxy, which is the fake.
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder([.. fake.ToArguments(), "--Spotify:TokenEndpoint=http://localhost:1/api/token"]);
        Uri proxyAddress = new(fake.TokenEndpoint, "/");

        // Recipe: token client
        var app = builder.Services.AddSpotifyClientCredentials();
        app.TokenClient.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            Proxy = new WebProxy(proxyAddress),
            AllowAutoRedirect = false,
            UseCookies = false,
        });
        builder.Services.AddTransient<AuditHandler>();
        app.TokenClient.AddHttpMessageHandler<AuditHandler>();
        // end

        using IHost host = builder.Build();
        await host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        Assert.Single(fake.TokenRequests);
        Assert.Equal(1, AuditHandler.Requests);
    }

    private sealed class AuditHandler : DelegatingHandler
    {
        public static int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
