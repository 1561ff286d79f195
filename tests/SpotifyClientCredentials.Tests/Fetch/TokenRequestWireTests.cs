using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>The token request as it's sent, and what the client does with cookies and redirects.</summary>
public sealed class TokenRequestWireTests
{
    [Theory]
    [InlineData("0f1e2d", "s3cr3t", "MGYxZTJkOnMzY3IzdA==")]
    [InlineData("0f1e2d", "!~ ?>{}", "MGYxZTJkOiF+ID8+e30=")]
    [InlineData("i d", "a:b+c%20/=", "aSBkOmE6YitjJTIwLz0=")]
    public async Task GetTokenAsync_WithTheCallersHttpClient_SendsExactlyTheDocumentedRequest(string id, string secret, string basic)
    {
        await using RawServer server = new(HttpResponses.Token());
        using HttpClient client = new();
        using ClientCredentialsTokenProvider provider = new(client, Options(server, id, secret));

        await provider.GetTokenAsync();

        Assert.Equal(Request(server, "/api/token", basic), Assert.Single(server.Requests));
    }

    [Fact]
    public async Task GetTokenAsync_WithDependencyInjection_SendsExactlyTheDocumentedRequest()
    {
        await using RawServer server = new(HttpResponses.Token());
        ServiceCollection services = new();
        services.AddSpotifyClientCredentials(options => Configure(options, server, "0f1e2d", "s3cr3t"));
        await using ServiceProvider container = services.BuildStrictly();

        await container.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        Assert.Equal(Request(server, "/api/token", "MGYxZTJkOnMzY3IzdA=="), Assert.Single(server.Requests));
    }

    [Fact]
    public async Task GetTokenAsync_AfterASetCookieHeader_SendsNoCookie()
    {
        int tokens = 0;
        await using RawServer server = new(connection =>
            connection.SendAsync(HttpResponses.Token($"token-{Interlocked.Increment(ref tokens)}", "Set-Cookie: session=1; Path=/\r\n")));
        ServiceCollection services = new();
        services.AddSpotifyClientCredentials(options => Configure(options, server, "0f1e2d", "s3cr3t"));
        await using ServiceProvider container = services.BuildStrictly();
        ClientCredentialsTokenProvider provider = container.GetRequiredService<ClientCredentialsTokenProvider>();

        await provider.GetTokenAsync(await provider.GetTokenAsync());

        string request = Request(server, "/api/token", "MGYxZTJkOnMzY3IzdA==");
        Assert.Equal([request, request], server.Requests);
    }

    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("303 See Other")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    public async Task GetTokenAsync_WithAClientThatFollowsRedirects_RefusesTheResponseAndSendsNoCredentialsThere(string status)
    {
        await using RawServer elsewhere = new(HttpResponses.Token("BQelsewhere"));
        await using RawServer server = new(HttpResponses.Of(status, headers: $"Location: {elsewhere.Address}api/token\r\n"));
        using HttpClient client = new();
        using ClientCredentialsTokenProvider provider = new(client, Options(server, "0f1e2d", "s3cr3t"));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => provider.GetTokenAsync().AsTask());

        Assert.Contains("followed a redirect, or one of its handlers changed the request", failure.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, false), (failure.StatusCode, failure.IsTransient));
        // The caller's client does follow the redirect, but without the credentials.
        string followed = Assert.Single(elsewhere.Requests);
        Assert.DoesNotContain("Authorization", followed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("MGYxZTJkOnMzY3IzdA", followed, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("302 Found", "/elsewhere")]
    [InlineData("302 Found", "/api/token")]
    [InlineData("307 Temporary Redirect", "/api/token?x=1")]
    public async Task GetTokenAsync_WithARedirectOnTheSameServer_RefusesTheResponse(string status, string location)
    {
        int requests = 0;
        await using RawServer server = new(connection => connection.SendAsync(
            Interlocked.Increment(ref requests) == 1 ? HttpResponses.Of(status, headers: $"Location: {location}\r\n") : HttpResponses.Token()));
        using HttpClient client = new();
        using ClientCredentialsTokenProvider provider = new(client, Options(server, "0f1e2d", "s3cr3t"));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => provider.GetTokenAsync().AsTask());

        Assert.Contains("Set AllowAutoRedirect of its primary handler to false and SpotifyClientCredentialsOptions.TokenEndpoint to", failure.Message, StringComparison.Ordinal);
        Assert.Equal((2, false), (server.Requests.Count, failure.IsTransient));
    }

    [Theory]
    [InlineData("302 Found")]
    [InlineData("307 Temporary Redirect")]
    public async Task GetTokenAsync_WithDependencyInjection_DoesNotFollowRedirects(string status)
    {
        await using RawServer elsewhere = new(HttpResponses.Token("BQelsewhere"));
        await using RawServer server = new(HttpResponses.Of(status, headers: $"Location: {elsewhere.Address}\r\n"));
        ServiceCollection services = new();
        services.AddSpotifyClientCredentials(options => Configure(options, server, "0f1e2d", "s3cr3t"));
        await using ServiceProvider container = services.BuildStrictly();

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(
            () => container.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask());

        Assert.Equal((status[..3], false), ($"{(int)failure.StatusCode!}", failure.IsTransient));
        Assert.Empty(elsewhere.Requests);
    }

    private static string Request(RawServer server, string path, string basic) =>
        $"POST {path} HTTP/1.1\r\n"
        + $"Host: {server.Address.Authority}\r\n"
        + $"Authorization: Basic {basic}\r\n"
        + "Accept: application/json\r\n"
        + "Content-Type: application/x-www-form-urlencoded\r\n"
        + "Content-Length: 29\r\n"
        + "\r\n"
        + "grant_type=client_credentials";

    private static SpotifyClientCredentialsOptions Options(RawServer server, string id, string secret) =>
        TestOptions.Create(options => Configure(options, server, id, secret));

    private static void Configure(SpotifyClientCredentialsOptions options, RawServer server, string id, string secret)
    {
        options.ClientId = id;
        options.ClientSecret = secret;
        options.TokenEndpoint = new Uri(server.Address, "api/token");
    }
}
