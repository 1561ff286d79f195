using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class TokenClientProxyTests
{
    private const string Token = """{"access_token":"the-token","token_type":"Bearer","expires_in":3600}""";

    [Fact]
    public async Task TokenClient_WithAProxy_SendsItsRequestThroughIt()
    {
        await using RawServer proxy = new($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Token.Length}\r\nConnection: close\r\n\r\n{Token}");
        await using ServiceProvider services = Build(proxy);

        AccessToken token = await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        Assert.Equal("the-token", token.Value);
        Assert.StartsWith("POST http://127.0.0.1:9/api/token HTTP/1.1\r\n", Assert.Single(proxy.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenClient_WithAProxyThatRedirects_ReportsTheRedirectAndSendsNothingElsewhere()
    {
        await using RawServer elsewhere = new("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using RawServer proxy = new($"HTTP/1.1 302 Found\r\nLocation: {elsewhere.Address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using ServiceProvider services = Build(proxy);

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(
            async () => await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync());

        Assert.Equal(HttpStatusCode.Found, failure.StatusCode);
        Assert.Single(proxy.Requests);
        Assert.Empty(elsewhere.Requests);
    }

    private static ServiceProvider Build(RawServer proxy) => TestContainer.Build(services => services
        .AddSpotifyClientCredentials(options =>
        {
            (options.ClientId, options.ClientSecret) = (TestOptions.ClientId, TestOptions.ClientSecret);
            options.TokenEndpoint = new Uri("http://127.0.0.1:9/api/token");
        })
        .TokenClient.ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler
        {
            AllowAutoRedirect = false,
            Proxy = new WebProxy(proxy.Address),
        }));
}
