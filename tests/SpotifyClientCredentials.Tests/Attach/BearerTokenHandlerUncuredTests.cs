using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>A 401 that can't be cured is returned as it came, and never turned into an exception.</summary>
public class BearerTokenHandlerUncuredTests
{
    public static TheoryData<bool> Both => [true, false];

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_NewTokenRejectedToo_ReturnsTheReadable401(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");

        await AssertReturnsThe401Async(pipeline, isAsync);

        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_401ThatTakesLongerThanAnyDelay_SendsAtMostTwice(bool isAsync)
    {
        BearerPipeline pipeline = null!;
        using BearerPipeline disposed = pipeline = new(_ =>
        {
            pipeline.Clock.Advance(TimeSpan.FromMinutes(1));
            return ScriptedApi.Response(HttpStatusCode.Unauthorized, "no");
        });

        await AssertReturnsThe401Async(pipeline, isAsync);

        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Send_TokenEndpointDown_ReturnsTheReadable401(bool isAsync, bool isTransient)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
        _ = await pipeline.Provider.GetTokenAsync();
        pipeline.Source.Response = acquisition => acquisition.Fail(isTransient);

        await AssertReturnsThe401Async(pipeline, isAsync);

        Assert.Equal(["Bearer token-1"], pipeline.Authorizations);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_DuringTheBackoff_ReturnsTheReadable401WithoutWaiting(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
        _ = await pipeline.Provider.GetTokenAsync();
        pipeline.Source.Response = acquisition => acquisition.Fail();
        await AssertReturnsThe401Async(pipeline, isAsync);

        await AssertReturnsThe401Async(pipeline, isAsync);

        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_TokensThatNobodyAccepted_ReturnsTheReadable401UntilTheNextIsDue(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
        await AssertReturnsThe401Async(pipeline, isAsync);
        pipeline.Clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));

        await AssertReturnsThe401Async(pipeline, isAsync);

        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-2"], pipeline.Authorizations);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_TokenEndpointThatHangs_ReturnsTheReadable401AtTheTimeLimit(bool isAsync)
    {
        TimeSpan limit = TimeSpan.FromMilliseconds(100);
        using BearerPipeline pipeline = new(
            _ => ScriptedApi.Response(HttpStatusCode.Unauthorized, "no"), configure: options => options.TokenRequestTimeout = limit);
        _ = await pipeline.Provider.GetTokenAsync();
        pipeline.Source.Response = null;

        // A synchronous call ends by the machine's clock.
        Task sending = Task.Run(() => AssertReturnsThe401Async(pipeline, isAsync));
        await Soon.UntilAsync(() => pipeline.Source.Acquisitions.Count == 2);
        pipeline.Clock.Advance(isAsync ? limit : TimeSpan.Zero);

        await sending.Within();
        Assert.Equal(["Bearer token-1"], pipeline.Authorizations);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_TokenEndpointRepeatsTheToken_ReturnsTheReadable401(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
        pipeline.Source.Response = acquisition => acquisition.Grant(value: "same");

        await AssertReturnsThe401Async(pipeline, isAsync);

        Assert.Equal(["Bearer same"], pipeline.Authorizations);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_ProviderDisposedMeanwhile_ReturnsTheReadable401(bool isAsync)
    {
        BearerPipeline pipeline = null!;
        using BearerPipeline disposed = pipeline = new(_ =>
        {
            pipeline.Provider.Dispose();
            return ScriptedApi.Response(HttpStatusCode.Unauthorized, "no");
        });

        await AssertReturnsThe401Async(pipeline, isAsync);

        Assert.Single(pipeline.Source.Acquisitions);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Send_ProviderDisposedWhileItWaitsForAnotherToken_ReturnsTheReadable401(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
        _ = await pipeline.Provider.GetTokenAsync();
        pipeline.Source.Response = null;
        Task sending = Task.Run(() => AssertReturnsThe401Async(pipeline, isAsync));
        await Soon.UntilAsync(() => pipeline.Source.Acquisitions.Count == 2);

        pipeline.Provider.Dispose();

        await sending.Within();
    }

    [Fact]
    public async Task SendAsync_TokenThatExpiredByTheMonotonicClockAlone_IsNotSentAgain()
    {
        SplitClock clock = new();
        HttpStatusCode status = HttpStatusCode.OK;
        using BearerPipeline pipeline = new(_ => ScriptedApi.Response(status, "no"), clock: clock);
        using HttpResponseMessage accepted = await pipeline.SendAsync();
        clock.AdvanceMonotonic(TimeSpan.FromHours(1));
        pipeline.Source.Response = acquisition => acquisition.Fail(isTransient: false);
        status = HttpStatusCode.Unauthorized;

        await AssertReturnsThe401Async(pipeline, isAsync: true);

        Assert.Equal(2, pipeline.Api.Sent.Count);
        Assert.Null(pipeline.Source.Acquisitions[1].Rejected);
    }

    [Fact]
    public async Task SendAsync_SecondSendThatFails_ThrowsItsException()
    {
        using BearerPipeline pipeline = new(sent => sent.Number == 1
            ? ScriptedApi.Response(HttpStatusCode.Unauthorized)
            : throw new HttpRequestException("connection lost"));

        HttpRequestException thrown = await Assert.ThrowsAsync<HttpRequestException>(() => pipeline.SendAsync());

        Assert.Equal("connection lost", thrown.Message);
    }

    private static async Task AssertReturnsThe401Async(BearerPipeline pipeline, bool isAsync)
    {
        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("no", await response.Content.ReadAsStringAsync());
    }
}
