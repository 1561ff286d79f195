using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>A 401 that a retry can't fix.</summary>
public class BearerTokenHandlerNotRetriedTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_NewTokenRejectedToo_ReturnsTheReadable401(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("no", await response.Content.ReadAsStringAsync());
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_401ThatTakesLongerThanThePause_SendsAtMostTwice(bool isAsync)
    {
        BearerPipeline pipeline = null!;
        using BearerPipeline disposed = pipeline = new(_ =>
        {
            pipeline.Clock.Advance(TimeSpan.FromMinutes(1));
            return ScriptedApi.Response(HttpStatusCode.Unauthorized);
        });

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_401DuringThePause_ReturnsTheReadable401WithoutRenewal(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
        using HttpResponseMessage first = await pipeline.SendAsync(isAsync: isAsync);
        pipeline.Clock.Advance(TimeSpan.FromSeconds(29));

        using HttpResponseMessage second = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal("no", await second.Content.ReadAsStringAsync());
        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-2"], pipeline.Authorizations);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_FailedRenewal_ThrowsAndDisposesThe401(bool isAsync)
    {
        WatchedContent rejection = new();
        using BearerPipeline pipeline = new(_ => new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = rejection });
        _ = await pipeline.Provider.GetTokenAsync();
        pipeline.Source.Response = acquisition => acquisition.Fail();

        TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(() => pipeline.SendAsync(isAsync: isAsync));

        Assert.True(thrown.IsTransient);
        Assert.True(rejection.IsDisposed);
        Assert.Single(pipeline.Api.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_RenewalReturnsTheSameToken_ReturnsTheReadable401(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
        pipeline.Source.Response = acquisition => acquisition.Grant(value: "same");

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal("no", await response.Content.ReadAsStringAsync());
        Assert.Equal(["Bearer same"], pipeline.Authorizations);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Fact]
    public async Task SendAsync_FailedRetry_ThrowsItsException()
    {
        using BearerPipeline pipeline = new(sent => sent.Number == 1
            ? ScriptedApi.Response(HttpStatusCode.Unauthorized)
            : throw new HttpRequestException("connection lost"));

        HttpRequestException thrown = await Assert.ThrowsAsync<HttpRequestException>(() => pipeline.SendAsync());

        Assert.Equal("connection lost", thrown.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_401AfterTheProviderWasDisposed_ThrowsAndDisposesThe401(bool isAsync)
    {
        WatchedContent rejection = new();
        BearerPipeline pipeline = null!;
        using BearerPipeline disposed = pipeline = new(_ =>
        {
            pipeline.Provider.Dispose();
            return new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = rejection };
        });

        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.SendAsync(isAsync: isAsync));

        Assert.True(rejection.IsDisposed);
    }
}
