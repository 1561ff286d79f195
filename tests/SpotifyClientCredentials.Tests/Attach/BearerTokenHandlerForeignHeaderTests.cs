using System.Net;
using System.Net.Http.Headers;
using RichardSzalay.MockHttp;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>A request keeps the Authorization header that it already has, unless the library set it.</summary>
public class BearerTokenHandlerForeignHeaderTests
{
    [Fact]
    public async Task SendAsync_AuthorizationOfTheCaller_IsUnchanged()
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized);
        AuthenticationHeaderValue own = new("Bearer", "users-own-token");
        using HttpRequestMessage request = BearerPipeline.Get();
        request.Headers.Authorization = own;

        using HttpResponseMessage response = await pipeline.SendAsync(request);

        Assert.Same(own, pipeline.Api.Sent.Single().Header);
        Assert.Empty(pipeline.Source.Acquisitions);
    }

    [Theory]
    [InlineData("Basic YTpi")]
    [InlineData("Bearer users own token")]
    [InlineData("no,scheme=\"at all")]
    [InlineData("ä")]
    [InlineData("")]
    public async Task SendAsync_AuthorizationAddedWithoutValidation_IsUnchanged(string value)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized);
        using HttpRequestMessage request = BearerPipeline.Get();
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", value));

        using HttpResponseMessage response = await pipeline.SendAsync(request);

        Assert.Equal(value, pipeline.Api.Sent.Single().Authorization);
        Assert.Empty(pipeline.Source.Acquisitions);
    }

    /// <summary>An outer handler that sends a copy of a message copies its headers as text.</summary>
    [Fact]
    public async Task SendAsync_CopyOfTheHandlersHeader_IsRecognizedByItsValueAndRetriesA401()
    {
        using BearerPipeline pipeline = new(sent => ScriptedApi.Response(sent.Authorization == "Bearer token-1" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK));
        _ = await pipeline.Provider.GetTokenAsync();
        using HttpRequestMessage copy = BearerPipeline.Get();
        Assert.True(copy.Headers.TryAddWithoutValidation("Authorization", "Bearer token-1"));

        using HttpResponseMessage response = await pipeline.SendAsync(copy);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
    }

    [Fact]
    public async Task SendAsync_CopyOfAHeaderWithThePreviousToken_CarriesTheCurrentToken()
    {
        using BearerPipeline pipeline = new();
        _ = await pipeline.Provider.GetTokenAsync(await pipeline.Provider.GetTokenAsync());
        using HttpRequestMessage copy = BearerPipeline.Get();
        Assert.True(copy.Headers.TryAddWithoutValidation("Authorization", "Bearer token-1"));

        using HttpResponseMessage response = await pipeline.SendAsync(copy);

        Assert.Equal(["Bearer token-2"], pipeline.Authorizations);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SendAsync_CopyOfTheHeaderToAnotherOrigin_RemovesTheToken(bool isReplacedMeanwhile)
    {
        using BearerPipeline pipeline = new();
        AccessToken first = await pipeline.Provider.GetTokenAsync();
        if (isReplacedMeanwhile)
        {
            _ = await pipeline.Provider.GetTokenAsync(first);
        }

        using HttpRequestMessage copy = BearerPipeline.Get("https://evil.example/");
        Assert.True(copy.Headers.TryAddWithoutValidation("Authorization", "Bearer token-1"));

        using HttpResponseMessage response = await pipeline.SendAsync(copy);

        Assert.Null(pipeline.Api.Sent.Single().Authorization);
    }

    [Fact]
    public async Task SendAsync_AuthorizationInDefaultRequestHeaders_IsUnchanged()
    {
        using BearerPipeline pipeline = new();
        using MockHttpMessageHandler api = new();
        api.Expect("https://api.spotify.com/v1/me").WithHeaders("Authorization", "Bearer users-own-token").Respond(HttpStatusCode.Unauthorized);
        using HttpClient client = new(new BearerTokenHandler(pipeline.Provider) { InnerHandler = api });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "users-own-token");

        using HttpResponseMessage response = await client.GetAsync("https://api.spotify.com/v1/me");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        api.VerifyNoOutstandingExpectation();
        Assert.Empty(pipeline.Source.Acquisitions);
    }

    [Fact]
    public async Task SendAsync_TokenOfAnotherAppToThatAppsOrigin_IsUnchanged()
    {
        using BearerPipeline pipeline = new();
        using TestProvider other = new();
        BearerHeaderValue header = BearerHeaderValue.GetOrCreate(new AccessToken("others-token", DateTimeOffset.UnixEpoch), other.Provider.Cache);
        using HttpRequestMessage request = BearerPipeline.Get("https://other.example/");
        request.Headers.Authorization = header;

        using HttpResponseMessage response = await pipeline.SendAsync(request);

        Assert.Same(header, pipeline.Api.Sent.Single().Header);
    }

    [Fact]
    public async Task SendAsync_TokenOfAnotherAppToTheSameOrigin_IsReplacedByTheInnerHandlers()
    {
        using BearerPipeline pipeline = new();
        using TestProvider other = new();
        using HttpRequestMessage request = BearerPipeline.Get();
        request.Headers.Authorization = BearerHeaderValue.GetOrCreate(new AccessToken("others-token", DateTimeOffset.UnixEpoch), other.Provider.Cache);

        using HttpResponseMessage response = await pipeline.SendAsync(request);

        Assert.Equal("Bearer token-1", pipeline.Api.Sent.Single().Authorization);
    }
}
