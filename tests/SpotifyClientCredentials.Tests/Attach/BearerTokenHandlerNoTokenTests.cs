using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Without a token, the request isn't sent.</summary>
public class BearerTokenHandlerNoTokenTests
{
    // The next request may be sent only when a caller's time is over, so a caller doesn't wait for it.
    private static readonly TokenRequestException Transient = new("unavailable", isTransient: true) { RetryAfter = TimeSpan.FromMinutes(1) };
    private static readonly TokenRequestException Permanent = new("refused", isTransient: false);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Send_WithoutAToken_ThrowsAndSendsNothing(bool isAsync, bool isTransient)
    {
        using BearerPipeline pipeline = new();
        TokenRequestException failure = isTransient ? Transient : Permanent;
        pipeline.Source.Response = acquisition => acquisition.Fail(failure);

        TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(() => pipeline.SendAsync(isAsync: isAsync));

        Assert.Same(failure, thrown.InnerException);
        Assert.Equal(isTransient, thrown.IsTransient);
        Assert.Empty(pipeline.Api.Sent);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Send_DuringABackoffLongerThanItsLimit_ThrowsImmediatelyAndSendsNothing(bool isAsync, bool isTransient)
    {
        using BearerPipeline pipeline = new();
        pipeline.Source.Response = acquisition => acquisition.Fail(isTransient ? Transient : Permanent);
        await Assert.ThrowsAsync<TokenRequestException>(() => pipeline.SendAsync(isAsync: isAsync));

        TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(() => pipeline.SendAsync(isAsync: isAsync));

        Assert.NotNull(thrown.RetryAfter);
        Assert.Single(pipeline.Source.Acquisitions);
        Assert.Empty(pipeline.Api.Sent);
    }

    [Fact]
    public async Task SendAsync_DuringAShortOutage_WaitsAndSendsTheRequestOnce()
    {
        using BearerPipeline pipeline = new();
        pipeline.Source.Response = acquisition => acquisition.Fail();
        Task<HttpResponseMessage> sending = pipeline.SendAsync();
        await Soon.UntilAsync(() => pipeline.Logs.Events(3).Any());
        Assert.False(sending.IsCompleted);

        pipeline.Source.Response = acquisition => acquisition.Grant();
        pipeline.Clock.Advance(TimeSpan.FromSeconds(0.5));

        using HttpResponseMessage response = await sending.Within();
        Assert.Equal(["Bearer token-2"], pipeline.Authorizations);
    }

    [Fact]
    public async Task SendAsync_WithoutATokenThroughAnHttpClient_ThrowsTheTokenRequestExceptionUnwrapped()
    {
        using BearerPipeline pipeline = new();
        pipeline.Source.Response = acquisition => acquisition.Fail(Permanent);
        using HttpClient client = new(pipeline.Handler, disposeHandler: false);

        TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(() => client.GetAsync("https://api.spotify.com/v1/tracks/1"));

        // An HttpRequestException would be retried by handlers that know nothing of credentials, and open their circuit.
        Assert.IsNotAssignableFrom<HttpRequestException>(thrown);
        Assert.Empty(pipeline.Api.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_AfterTheProviderWasDisposed_ThrowsAndSendsNothing(bool isAsync)
    {
        using BearerPipeline pipeline = new();
        using HttpResponseMessage earlier = await pipeline.SendAsync(isAsync: isAsync);
        pipeline.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.SendAsync(isAsync: isAsync));

        Assert.Single(pipeline.Api.Sent);
    }

    [Fact]
    public async Task SendAsync_WithoutAToken_StillSendsToOtherOrigins()
    {
        using BearerPipeline pipeline = new();
        pipeline.Source.Response = acquisition => acquisition.Fail(Permanent);

        using HttpResponseMessage response = await pipeline.SendAsync(BearerPipeline.Get("https://elsewhere.example/"));

        Assert.True(response.IsSuccessStatusCode);
    }
}
