using System.Net;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B14], [B18]: rejected tokens when a store may have another.</summary>
public sealed class SharedRejectionTests
{
    [Fact]
    public async Task Invalidate_WhenTheStoreHasAnother_CausesNoRequestAndNoPause()
    {
        using TestProvider test = new();
        AccessToken first = await test.CacheTokenAsync();
        test.Provider.Invalidate(first);
        AccessToken hit = await TakeFromStoreAsync(test);

        // A token from the store isn't a forced request, so the next one doesn't have to wait.
        Assert.True(test.Provider.Cache.TryReplace(hit));
        Assert.True((await RequestAsync(test, readsStore: false)).Rejected == hit);
        AccessToken forced = await test.GetAsync();
        Assert.False(test.Provider.Cache.TryReplace(forced));
    }

    [Fact]
    public async Task Invalidate_OfAStoredTokenThatNoRejectionForced_ReadsTheStore()
    {
        using TestProvider test = new();
        Task<AccessToken> getting = test.GetAsync();
        (await test.AcquisitionAsync(1)).Grant(isFromStore: true);

        test.Provider.Invalidate(await getting.Within());

        await RequestAsync(test, readsStore: true);
    }

    [Fact]
    public async Task Invalidate_WhenTheRequestForcedByAStoredTokenFails_StillBypassesTheStore()
    {
        using TestProvider test = new();
        test.Provider.Invalidate(await test.CacheTokenAsync());
        test.Provider.Invalidate(await TakeFromStoreAsync(test));
        await test.FailAsync();
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        await RequestAsync(test, readsStore: false);
        test.Clock.Advance(TestProvider.Hour);

        await RequestAsync(test, readsStore: true);
    }

    [Fact]
    public async Task Invalidate_WithStoredTokensInBetween_DoublesThePauseWithEachForcedRequest()
    {
        using TestProvider test = new();
        test.Provider.Invalidate(await test.CacheTokenAsync());
        AccessToken token = await test.CacheTokenAsync();
        foreach (int pause in (int[])[30, 60, 120])
        {
            test.Clock.Advance(TimeSpan.FromSeconds(pause - 1));
            Assert.False(test.Provider.Cache.TryReplace(token));
            test.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(test.Provider.Cache.TryReplace(token));
            AccessToken hit = await TakeFromStoreAsync(test);
            // Its rejection may force a request only after the pause that the last forced request began.
            Assert.False(test.Provider.Cache.TryReplace(hit));
            test.Clock.Advance(TimeSpan.FromSeconds(pause));
            Assert.True(test.Provider.Cache.TryReplace(hit));
            token = await test.CacheTokenAsync();
        }
    }

    [Fact]
    public async Task Accept_OfAStoredToken_ResetsThePause()
    {
        using TestProvider test = new();
        test.Provider.Invalidate(await test.CacheTokenAsync());
        AccessToken hit = await TakeFromStoreAsync(test);
        Assert.True(test.Provider.Cache.AwaitsAcceptance);

        test.Provider.Cache.RecordAcceptance(hit);

        Assert.False(test.Provider.Cache.AwaitsAcceptance);
        test.Provider.Invalidate(hit);
        await RequestAsync(test, readsStore: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_WhenTheTokenFromTheStoreIsRejectedToo_SendsOnceMoreWithOneFromTheEndpoint(bool isAsync)
    {
        using BearerPipeline pipeline = BearerPipeline.Rejecting("token-1", "token-2");
        pipeline.Source.Response = acquisition => acquisition.Grant(isFromStore: acquisition.Number == 2);

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-3"], pipeline.Authorizations);
        Assert.Equal([false, false, true], pipeline.Source.Acquisitions.Select(acquisition => acquisition.Request.BypassStore));
    }

    [Theory]
    [InlineData(true, false, 2)]
    [InlineData(false, false, 2)]
    [InlineData(true, true, 3)]
    [InlineData(false, true, 3)]
    public async Task Send_WhenEveryTokenIsRejected_ReturnsThe401AfterThese(bool isAsync, bool isSecondFromStore, int sent)
    {
        BearerPipeline pipeline = null!;
        using BearerPipeline disposed = pipeline = new(_ =>
        {
            // Longer than the pause between forced requests.
            pipeline.Clock.Advance(TimeSpan.FromSeconds(31));
            return ScriptedApi.Response(HttpStatusCode.Unauthorized, "no");
        });
        pipeline.Source.Response = acquisition => acquisition.Grant(isFromStore: acquisition.Number == 2 && isSecondFromStore);

        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);

        Assert.Equal("no", await response.Content.ReadAsStringAsync());
        Assert.Equal(sent, pipeline.Api.Sent.Count);
    }

    // Wherever the source says the tokens come from.
    [Fact]
    public async Task Send_WhenTheStoreAlwaysHasAnother_StopsAfterThreeSends()
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized);
        pipeline.Source.Response = acquisition => acquisition.Grant(isFromStore: true);

        using HttpResponseMessage response = await pipeline.SendAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(3, pipeline.Api.Sent.Count);
    }

    [Fact]
    public async Task AcquireAsync_WithBypassStore_ReadsNothingTriesNoLockAndOverwritesTheEntry()
    {
        using SharingFleet fleet = new();
        ScriptedLock fetchLock = new();
        fleet.TryAcquireLock = fetchLock.TryAcquire;
        await fleet.StoreTokenAsync();
        SharingInstance instance = fleet.Start();
        int reads = fleet.Store.Reads;

        AcquiredToken acquired = await instance.Source.AcquireAsync(
            new AcquisitionRequest(instance.Options, fleet.Clock.GetTimestamp()) { BypassStore = true }, CancellationToken.None).Within();

        Assert.Equal(("token-2", false), (acquired.Token.Value, acquired.Token.IsFromStore));
        Assert.Equal((reads, 1), (fleet.Store.Reads, fetchLock.Attempts));
        await fleet.IdleAsync();
        Assert.Equal("token-2", new TokenSeal(instance.Options).Open(fleet.Store.Entry)?.Token.Value);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheSharedTokenIsRevoked_UsesTheOneThatAnotherInstanceStored()
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
        (await test.AcquisitionAsync(test.AcquisitionsStarted)).Grant(isFromStore: true);
        return await getting.Within();
    }

    private static async Task<AcquisitionRequest> RequestAsync(TestProvider test, bool readsStore)
    {
        Task<AccessToken> getting = test.GetAsync();
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(test.AcquisitionsStarted);
        Assert.Equal(readsStore, !acquisition.Request.BypassStore);
        acquisition.Grant();
        await getting.Within();
        return acquisition.Request;
    }
}
