using System.Net;
using System.Net.Http.Headers;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>[B18]: a 401 counts only where the API saw the header that this handler set.</summary>
public class BearerTokenHandlerLowerHandlerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_HeaderReplacedBelow_ReturnsThe401AndKeepsTheToken(bool isAsync)
    {
        using BearerPipeline pipeline = Below((request, send) =>
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
    public async Task SendAsync_RequestCopiedBelow_RetriesA401WithANewToken()
    {
        using BearerPipeline pipeline = Below((request, send) => send(Copy(request, request.RequestUri!)));

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
    }

    [Fact]
    public async Task SendAsync_RequestCopiedBelowToAnotherOrigin_ReturnsThe401AndKeepsTheToken()
    {
        using BearerPipeline pipeline = Below((request, send) => send(Copy(request, new Uri("https://elsewhere.example/"))));

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(pipeline.Api.Sent);
        Assert.Equal("token-1", (await pipeline.Provider.GetTokenAsync()).Value);
    }

    [Fact]
    public async Task SendAsync_MessageMovedToAnotherOriginBehindAnResponseOfTheApi_IsNotSentThere()
    {
        using BearerPipeline pipeline = Below((request, send) =>
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
    public async Task SendAsync_HeaderAlwaysDroppedBelow_SendsOnceMoreAndReturnsThe401()
    {
        using BearerPipeline pipeline = Below((request, send) =>
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
    public async Task Send_ResponseThatNamesNoRequest_RetriesA401WithANewToken(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Rejecting("token-1");
        pipeline.Api.NamesRequests = false;

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

    /// <summary>An API that answers 200 to token-2 and 401 to all else, below a handler that changes what is sent to it.</summary>
    private static BearerPipeline Below(Func<HttpRequestMessage, Func<HttpRequestMessage, HttpResponseMessage>, HttpResponseMessage> change) => new(
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
