using System.Net;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>A 401 renews the token, and the request is sent once more.</summary>
public class BearerTokenHandlerUnauthorizedTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_With401_RenewsOnceAndRetriesOnce(bool isAsync)
    {
        WatchedContent rejection = new();
        using BearerPipeline pipeline = new(sent => sent.Number == 1
            ? new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = rejection }
            : ScriptedApi.Response(HttpStatusCode.OK, "retried"));

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal("retried", await response.Content.ReadAsStringAsync());
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
        Assert.Equal([null, "token-1"], pipeline.Source.Acquisitions.Select(acquisition => acquisition.Rejected?.Value));
        Assert.True(rejection.IsDisposed);
    }

    // Asynchronous inner handlers would need a pool thread, and there may be none.
    [Fact]
    public async Task Send_With401_RetriesSynchronously()
    {
        using BearerPipeline pipeline = new(
            sent => ScriptedApi.Response(sent.Number == 1 ? HttpStatusCode.Unauthorized : HttpStatusCode.OK),
            createInner: api => new SynchronousHandler { InnerHandler = api });

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: false);

        Assert.Equal((HttpStatusCode.OK, 2), (response.StatusCode, pipeline.Api.Sent.Count));
    }

    [Theory]
    [InlineData("""{"error":{"status":401,"message":"Missing/invalid/expired access token"}}""")]
    [InlineData("""{"error":{"status":401,"message":"This request requires user authentication"}}""")]
    [InlineData("<html>gateway</html>")]
    [InlineData("")]
    public async Task SendAsync_With401AndAnyBody_Renews(string body)
    {
        using BearerPipeline pipeline = new(sent => ScriptedApi.Response(sent.Number == 1 ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, body));

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "Forbidden")]
    [InlineData(HttpStatusCode.Forbidden, "The access token expired")]
    [InlineData(HttpStatusCode.TooManyRequests, "API rate limit exceeded")]
    [InlineData(HttpStatusCode.TooManyRequests, "Invalid access token")]
    [InlineData(HttpStatusCode.BadRequest, "Only valid bearer authentication supported")]
    [InlineData(HttpStatusCode.ProxyAuthenticationRequired, "Missing/invalid/expired access token")]
    [InlineData(HttpStatusCode.InternalServerError, "No token provided")]
    public async Task SendAsync_WithAnotherStatusAndAnyBody_ReturnsItAndKeepsTheToken(HttpStatusCode status, string body)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(status, body);

        using HttpResponseMessage response = await pipeline.SendAsync();
        using HttpResponseMessage again = await pipeline.SendAsync();

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(["Bearer token-1", "Bearer token-1"], pipeline.Authorizations);
    }

    [Fact]
    public async Task SendAsync_With401ForThePreviousToken_RetriesWithTheCurrentTokenWithoutRenewal()
    {
        BearerPipeline pipeline = null!;
        using BearerPipeline disposed = pipeline = new(sent =>
        {
            if (sent.Number == 1)
            {
                _ = pipeline.Provider.GetTokenAsync(Assert.IsType<BearerHeaderValue>(sent.Header).Token).AsTask().GetAwaiter().GetResult();
                return ScriptedApi.Response(HttpStatusCode.Unauthorized);
            }

            return ScriptedApi.Response(HttpStatusCode.OK);
        });

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    private sealed class SynchronousHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Only Send is.");
    }
}
