using System.Net;
using System.Net.Http.Headers;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>A 401 rejects the token only if the API received the header that the handler set. Inner handlers can change the request.</summary>
public class BearerTokenHandlerLowerHandlerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_HeaderReplacedByAnInnerHandler_ReturnsThe401AndKeepsTheToken(bool isAsync)
    {
        using BearerPipeline pipeline = WithInnerHandler((request, send) =>
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "somebody-elses");
            return send(request);
        });

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(["Bearer somebody-elses"], pipeline.Authorizations);
        Assert.Equal("token-1", (await pipeline.Provider.GetTokenAsync()).Value);
    }

    [Fact]
    public async Task SendAsync_RequestCopiedByAnInnerHandler_RetriesA401WithANewToken()
    {
        using BearerPipeline pipeline = WithInnerHandler((request, send) => send(Copy(request, request.RequestUri!)));

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
    }

    [Fact]
    public async Task SendAsync_RequestCopiedToAnotherOrigin_ReturnsThe401AndKeepsTheToken()
    {
        using BearerPipeline pipeline = WithInnerHandler((request, send) => send(Copy(request, new Uri("https://elsewhere.example/"))));

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(pipeline.Api.Sent);
        Assert.Equal("token-1", (await pipeline.Provider.GetTokenAsync()).Value);
    }

    [Fact]
    public async Task SendAsync_MessageChangedToAnotherOriginAfterTheResponse_IsNotSentThere()
    {
        using BearerPipeline pipeline = WithInnerHandler((request, send) =>
        {
            HttpRequestMessage copy = Copy(request, request.RequestUri!);
            request.RequestUri = new Uri("https://elsewhere.example/");
            return send(copy);
        });

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(pipeline.Api.Sent);
    }

    [Fact]
    public async Task SendAsync_HeaderAlwaysDroppedByAnInnerHandler_RetriesOnceAndReturnsThe401()
    {
        using BearerPipeline pipeline = WithInnerHandler((request, send) =>
        {
            request.Headers.Authorization = null;
            return send(request);
        });

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal([null, null], pipeline.Authorizations);
        Assert.Equal("token-1", (await pipeline.Provider.GetTokenAsync()).Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_ResponseWithoutARequestMessage_RetriesA401WithANewToken(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Rejecting("token-1");
        pipeline.Api.SetsRequestMessage = false;

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request, Uri uri)
    {
        HttpRequestMessage copy = new(request.Method, uri);
        foreach ((string name, HeaderStringValues values) in request.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }

    /// <summary>An API that returns 200 for token-2 and 401 for everything else, behind a handler that changes the requests.</summary>
    private static BearerPipeline WithInnerHandler(Func<HttpRequestMessage, Func<HttpRequestMessage, HttpResponseMessage>, HttpResponseMessage> change) => new(
        sent => ScriptedApi.Response(sent.Authorization == "Bearer token-2" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized),
        api => new ChangingHandler(change) { InnerHandler = api });

    private sealed class ChangingHandler(
        Func<HttpRequestMessage, Func<HttpRequestMessage, HttpResponseMessage>, HttpResponseMessage> change) : DelegatingHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            change(request, changed => base.Send(changed, cancellationToken));

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }
}
