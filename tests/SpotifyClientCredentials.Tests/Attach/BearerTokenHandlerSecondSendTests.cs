using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>With which token a request is sent once more after a 401.</summary>
public class BearerTokenHandlerSecondSendTests
{
    private const string OtherPath = "https://api.spotify.com/v1/search";

    public static TheoryData<bool> Both => [true, false];

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_NoOtherTokenAndThisOneAcceptedBefore_SendsTheSameTokenOnceMore(bool isAsync)
    {
        WatchedContent rejection = new();
        using BearerPipeline pipeline = new(sent => sent.Number == 2
            ? new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = rejection }
            : ScriptedApi.Response(HttpStatusCode.OK));
        using HttpResponseMessage accepted = await pipeline.SendAsync(BearerPipeline.Get(OtherPath), isAsync);
        pipeline.Source.Response = acquisition => acquisition.Fail();

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-1"], pipeline.Authorizations);
        Assert.True(rejection.IsDisposed);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_SameTokenRejectedAgain_ReturnsTheReadableSecond401(bool isAsync)
    {
        using BearerPipeline pipeline = new(sent =>
            ScriptedApi.Response(sent.Number == 1 ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, $"response {sent.Number}"));
        using HttpResponseMessage accepted = await pipeline.SendAsync(isAsync: isAsync);
        pipeline.Source.Response = acquisition => acquisition.Fail();

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal("response 3", await response.Content.ReadAsStringAsync());
        Assert.Equal(3, pipeline.Api.Sent.Count);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_StoresTokenRejectedToo_SendsOnceMoreWithTheEndpointsToken(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Rejecting("token-1", "token-2");
        GrantSecondFromStore(pipeline);

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-3"], pipeline.Authorizations);
        Assert.Equal([false, false, true], pipeline.Source.Acquisitions.Select(acquisition => acquisition.Request.BypassStore));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_StoresAndEndpointsTokensRejected_ReturnsTheReadable401(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
        GrantSecondFromStore(pipeline);

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal("no", await response.Content.ReadAsStringAsync());
        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-3"], pipeline.Authorizations);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_StoresTokenRejectedTooAndTheEndpointDown_ReturnsTheReadable401(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
        pipeline.Source.Response = acquisition => Grant(acquisition, acquisition.Number < 3);

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal("no", await response.Content.ReadAsStringAsync());
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);

        static void Grant(ScriptedAcquisition acquisition, bool isUp)
        {
            if (isUp)
            {
                acquisition.Grant(isFromStore: acquisition.Number == 2);
            }
            else
            {
                acquisition.Fail();
            }
        }
    }

    [Fact]
    public async Task SendAsync_401WhileARenewalIsInFlight_WaitsForItAndSendsItsToken()
    {
        using BearerPipeline pipeline = BearerPipeline.Rejecting("token-1");
        _ = await pipeline.Provider.GetTokenAsync();
        pipeline.Clock.Advance(TimeSpan.FromMinutes(56));
        pipeline.Source.Response = null;

        Task<HttpResponseMessage> sending = pipeline.SendAsync();
        await Soon.UntilAsync(() => pipeline.Source.Acquisitions.Count == 2 && pipeline.Api.Sent.Count == 1);
        Assert.False(sending.IsCompleted);
        pipeline.Source.Acquisitions[1].Grant();

        using HttpResponseMessage response = await sending.Within();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
        Assert.Null(pipeline.Source.Acquisitions[1].Rejected);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Fact]
    public async Task SendAsync_WhileAnotherCallWaitsForAnotherToken_GoesOnWithTheCurrentOne()
    {
        using BearerPipeline pipeline = new(sent =>
            ScriptedApi.Response(sent.Uri!.AbsolutePath == "/v1/me" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK));
        _ = await pipeline.Provider.GetTokenAsync();
        pipeline.Source.Response = null;
        Task<HttpResponseMessage> waiting = pipeline.SendAsync(BearerPipeline.Get("https://api.spotify.com/v1/me"));
        await Soon.UntilAsync(() => pipeline.Source.Acquisitions.Count == 2);

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-1"], pipeline.Authorizations);
        Assert.False(waiting.IsCompleted);
        pipeline.Source.Acquisitions[1].Fail();
        (await waiting.Within()).Dispose();
    }

    private static void GrantSecondFromStore(BearerPipeline pipeline) =>
        pipeline.Source.Response = acquisition => acquisition.Grant(isFromStore: acquisition.Number == 2);
}
