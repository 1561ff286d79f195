using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Without a token, the request isn't sent.</summary>
public class BearerTokenHandlerNoTokenTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Send_WithoutAToken_ThrowsAndSendsNothing(bool isAsync, bool isTransient)
    {
        using BearerPipeline pipeline = new();
        TokenRequestException failure = new("refused", isTransient);
        pipeline.Source.Response = acquisition => acquisition.Fail(failure);

        TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(() => pipeline.SendAsync(isAsync: isAsync));

        Assert.Same(failure, thrown.InnerException);
        Assert.Equal(isTransient, thrown.IsTransient);
        Assert.Empty(pipeline.Api.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_DuringABackoff_ThrowsImmediatelyAndSendsNothing(bool isAsync)
    {
        using BearerPipeline pipeline = new();
        pipeline.Source.Response = acquisition => acquisition.Fail();
        await Assert.ThrowsAsync<TokenRequestException>(() => pipeline.SendAsync(isAsync: isAsync));

        TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(() => pipeline.SendAsync(isAsync: isAsync));

        Assert.NotNull(thrown.RetryAfter);
        Assert.Single(pipeline.Source.Acquisitions);
        Assert.Empty(pipeline.Api.Sent);
    }

    [Fact]
    public async Task SendAsync_WithoutAToken_ThrowsAnHttpRequestException()
    {
        using BearerPipeline pipeline = new();
        pipeline.Source.Response = acquisition => acquisition.Fail();
        using HttpClient client = new(pipeline.Handler, disposeHandler: false);

        HttpRequestException thrown = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync("https://api.spotify.com/v1/tracks/1"));

        Assert.IsType<TokenRequestException>(thrown);
        Assert.Null(thrown.StatusCode);
        Assert.Empty(pipeline.Api.Sent);
    }

    [Fact]
    public async Task SendAsync_WithoutAToken_StillSendsToOtherOrigins()
    {
        using BearerPipeline pipeline = new();
        pipeline.Source.Response = acquisition => acquisition.Fail();

        using HttpResponseMessage response = await pipeline.SendAsync(BearerPipeline.Get("https://elsewhere.example/"));

        Assert.True(response.IsSuccessStatusCode);
    }
}
