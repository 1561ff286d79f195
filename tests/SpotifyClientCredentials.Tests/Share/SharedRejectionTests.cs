using System.Net;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B14], [B18]: rejected tokens where others can be had from a store.</summary>
public sealed class SharedRejectionTests
{
    [Fact]
    public async Task Invalidate_WhenTheStoreHasAnother_CostsNoRequestAndNoPause()
    {
        using TestProvider test = new();
        AccessToken first = await test.HoldAsync();
        test.Provider.Invalidate(first);
        AccessToken hit = await TakeFromStoreAsync(test);

        // A store hit does not count: the request that this forces need not keep a pause.
        Assert.True(test.Provider.TryReplace(hit));
        Assert.True((await RequestAsync(test, asksStore: false)).Rejected == hit);
        AccessToken forced = await test.GetAsync();
        Assert.False(test.Provider.TryReplace(forced));
    }

    [Fact]
    public async Task Invalidate_OfAHitThatNoRejectionForced_AsksTheStore()
    {
        using TestProvider test = new();
        Task<AccessToken> getting = test.GetAsync();
        (await test.AcquisitionAsync(1)).Grant(origin: TokenOrigin.Store);

        test.Provider.Invalidate(await getting.Within());

        await RequestAsync(test, asksStore: true);
    }

    [Fact]
    public async Task Invalidate_WhenTheRequestThatAHitForcedFails_StillAsksTheEndpointOnly()
    {
        using TestProvider test = new();
        test.Provider.Invalidate(await test.HoldAsync());
        test.Provider.Invalidate(await TakeFromStoreAsync(test));
        await test.FailAsync();
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        await RequestAsync(test, asksStore: false);
        test.Clock.Advance(TestProvider.Hour);

        await RequestAsync(test, asksStore: true);
    }

    [Fact]
    public async Task Invalidate_WithHitsBetween_StillDoublesThePauseByTheRequestsThatItForced()
    {
        using TestProvider test = new();
        test.Provider.Invalidate(await test.HoldAsync());
        AccessToken token = await test.HoldAsync();
        foreach (int pause in (int[])[30, 60, 120])
        {
            test.Clock.Advance(TimeSpan.FromSeconds(pause - 1));
            Assert.False(test.Provider.TryReplace(token));
            test.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(test.Provider.TryReplace(token));
            AccessToken hit = await TakeFromStoreAsync(test);
            // Its rejection forces a request by the pause that the one before began.
            Assert.False(test.Provider.TryReplace(hit));
            test.Clock.Advance(TimeSpan.FromSeconds(pause));
            Assert.True(test.Provider.TryReplace(hit));
            token = await test.HoldAsync();
        }
    }

    [Fact]
    public async Task Accept_OfAHit_ResetsThePause()
    {
        using TestProvider test = new();
        test.Provider.Invalidate(await test.HoldAsync());
        AccessToken hit = await TakeFromStoreAsync(test);
        Assert.True(test.Provider.AwaitsAcceptance);

        test.Provider.Accept(hit);

        Assert.False(test.Provider.AwaitsAcceptance);
        test.Provider.Invalidate(hit);
        await RequestAsync(test, asksStore: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_WhenTheTokenFromTheStoreIsRejectedToo_SendsOnceMoreWithOneFromTheEndpoint(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Rejecting("token-1", "token-2");
        pipeline.Source.Response = acquisition => acquisition.Grant(origin: acquisition.Number == 2 ? TokenOrigin.Store : TokenOrigin.Endpoint);

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-3"], pipeline.Authorizations);
        Assert.Equal([false, false, true], pipeline.Source.Acquisitions.Select(acquisition => acquisition.Request.IsStoreRuledOut));
    }

    [Theory]
    [InlineData(true, TokenOrigin.Endpoint, 2)]
    [InlineData(false, TokenOrigin.Endpoint, 2)]
    [InlineData(true, TokenOrigin.Store, 3)]
    [InlineData(false, TokenOrigin.Store, 3)]
    internal async Task Send_WhenEveryTokenIsRejected_ReturnsThe401AfterThese(bool isAsync, TokenOrigin second, int sent)
    {
        BearerPipeline pipeline = null!;
        using BearerPipeline disposed = pipeline = new(_ =>
        {
            // The pause between forced requests is over each time.
            pipeline.Clock.Advance(TimeSpan.FromSeconds(31));
            return ScriptedApi.Response(HttpStatusCode.Unauthorized, "no");
        });
        pipeline.Source.Response = acquisition => acquisition.Grant(origin: acquisition.Number == 2 ? second : TokenOrigin.Endpoint);

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal("no", await response.Content.ReadAsStringAsync());
        Assert.Equal(sent, pipeline.Api.Sent.Count);
    }

    // Whatever the source says of where they came from.
    [Fact]
    public async Task Send_WhenTheStoreAlwaysHasAnother_EndsAfterThreeSends()
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized);
        pipeline.Source.Response = acquisition => acquisition.Grant(origin: TokenOrigin.Store);

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(3, pipeline.Api.Sent.Count);
    }

    [Fact]
    public async Task AcquireAsync_WithTheStoreRuledOut_ReadsNothingTriesNoLockAndOverwrites()
    {
        using SharingFleet fleet = new();
        ScriptedLock gate = new();
        fleet.Gate = gate.TryEnter;
        await fleet.StoreTokenAsync();
        SharingInstance instance = fleet.Start();
        int reads = fleet.Store.Reads;

        AcquiredToken acquired = await instance.Source.AcquireAsync(
            new AcquisitionRequest(instance.Options, fleet.Clock.GetTimestamp()) { IsStoreRuledOut = true }, CancellationToken.None).Within();

        Assert.Equal(("token-2", TokenOrigin.Endpoint), (acquired.Token.Value, acquired.Token.Origin));
        Assert.Equal((reads, 1), (fleet.Store.Reads, gate.Asked));
        await fleet.IdleAsync();
        Assert.Equal("token-2", new TokenSeal(instance.Options).Open(fleet.Store.Entry)?.Value);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheSharedTokenIsRevoked_TakesWhatAnotherInstanceGotInItsPlace()
    {
        using SharingFleet fleet = new();
        SharingInstance one = fleet.Start();
        SharingInstance other = fleet.Start();
        AccessToken revoked = await one.GetAsync().Within();
        await fleet.IdleAsync();
        AccessToken same = await other.GetAsync().Within();

        one.Provider.Invalidate(revoked);
        Assert.Equal("token-2", await one.GetValueAsync());
        await fleet.IdleAsync();
        other.Provider.Invalidate(same);

        Assert.Equal("token-2", await other.GetValueAsync());
        Assert.Equal(2, fleet.Requests);
    }

    private static async Task<AccessToken> TakeFromStoreAsync(TestProvider test)
    {
        Task<AccessToken> getting = test.GetAsync();
        (await test.AcquisitionAsync(test.AcquisitionsStarted)).Grant(origin: TokenOrigin.Store);
        return await getting.Within();
    }

    private static async Task<AcquisitionRequest> RequestAsync(TestProvider test, bool asksStore)
    {
        Task<AccessToken> getting = test.GetAsync();
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(test.AcquisitionsStarted);
        Assert.Equal(asksStore, !acquisition.Request.IsStoreRuledOut);
        acquisition.Grant();
        await getting.Within();
        return acquisition.Request;
    }
}
