using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Which requests get the token.</summary>
public class BearerTokenHandlerHeaderTests
{
    [Theory]
    [InlineData("https://api.spotify.com/v1/tracks/1", true)]
    [InlineData("https://API.SPOTIFY.COM:443/v1/tracks/1", true)]
    [InlineData("https://api.spotify.com.evil.example/", false)]
    [InlineData("https://api.spotify.com@evil.example/", false)]
    [InlineData("https://evil.example/?u=https://api.spotify.com/", false)]
    [InlineData("http://api.spotify.com/v1/tracks/1", false)]
    [InlineData("https://api.spotify.com:444/v1/tracks/1", false)]
    public async Task Send_ToAnAddress_AttachesTheTokenOnlyForTheApi(string uri, bool getsToken)
    {
        foreach (bool isAsync in new[] { true, false })
        {
            using BearerPipeline pipeline = new();

            using HttpResponseMessage response = await pipeline.SendAsync(BearerPipeline.Get(uri), isAsync);

            Assert.Equal(getsToken ? "Bearer token-1" : null, pipeline.Api.Sent.Single().Authorization);
            Assert.Equal(getsToken ? 1 : 0, pipeline.Source.Acquisitions.Count);
        }
    }

    [Fact]
    public async Task SendAsync_RelativeOrNoAddress_LeavesTheRequestUnchanged()
    {
        using BearerPipeline pipeline = new();

        using HttpResponseMessage relative = await pipeline.SendAsync(new HttpRequestMessage(HttpMethod.Get, "v1/tracks/1"));
        using HttpResponseMessage none = await pipeline.SendAsync(new HttpRequestMessage());

        Assert.Equal([null, null], pipeline.Authorizations);
        Assert.Empty(pipeline.Source.Acquisitions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_SameMessageAgain_CarriesTheCurrentToken(bool isAsync)
    {
        using BearerPipeline pipeline = new();
        using HttpRequestMessage request = BearerPipeline.Get();
        using HttpResponseMessage first = await pipeline.SendAsync(request, isAsync);
        _ = await pipeline.Provider.GetTokenAsync(await pipeline.Provider.GetTokenAsync());

        using HttpResponseMessage second = await pipeline.SendAsync(request, isAsync);

        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_SameMessageAgainToAnotherOrigin_RemovesTheToken(bool isAsync)
    {
        using BearerPipeline pipeline = new();
        using HttpRequestMessage request = BearerPipeline.Get();
        using HttpResponseMessage first = await pipeline.SendAsync(request, isAsync);
        request.RequestUri = new Uri("https://evil.example/v1/tracks/1");

        using HttpResponseMessage second = await pipeline.SendAsync(request, isAsync);

        Assert.Equal(["Bearer token-1", null], pipeline.Authorizations);
    }

    [Fact]
    public async Task SendAsync_ManyRequestsWithOneToken_ShareOneHeaderObject()
    {
        using BearerPipeline pipeline = new();
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await pipeline.SendAsync(isAsync: i > 0);
        }

        Assert.Single(pipeline.Api.Sent.Select(sent => sent.Header).Distinct(ReferenceEqualityComparer.Instance));
        Assert.IsType<BearerHeaderValue>(pipeline.Api.Sent[0].Header);
    }

    [Fact]
    public void Constructor_WithoutAProvider_Throws() => Assert.Throws<ArgumentNullException>("provider", () => new BearerTokenHandler(null!));

    [Fact]
    public async Task Dispose_OfTheHandler_DoesNotDisposeTheProvider()
    {
        BearerPipeline pipeline = new();
        pipeline.Handler.Dispose();

        Assert.Equal("token-1", (await pipeline.Provider.GetTokenAsync()).Value);
        pipeline.Dispose();
    }
}
