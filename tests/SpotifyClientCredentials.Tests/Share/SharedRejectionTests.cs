using System.Net;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B14], [B18], [B25]: rejected tokens when a store may have another.</summary>
public sealed class SharedRejectionTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetTokenAsync_OfARejectedToken_ReadsTheStoreForAnother(bool isFromStore)
    {
        AccessToken rejected = await FirstAsync(isFromStore);

        AcquisitionRequest request = await ReplaceAsync(rejected, isFromStore: true);

        Assert.Equal((rejected, false, false), (request.Rejected, request.BypassStore, request.IsAhead));
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoresReplacementIsRejectedToo_BypassesTheStore()
    {
        await ReplaceAsync(await FirstAsync(isFromStore: false), isFromStore: true);
        AccessToken stored = await _test.GetAsync();

        AcquisitionRequest request = await ReplaceAsync(stored, isFromStore: false);

        Assert.Equal((stored, true), (request.Rejected, request.BypassStore));
        Assert.False((await ReplaceAsync(await AcceptAsync(), isFromStore: false)).BypassStore);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheRequestThatBypassesTheStoreFails_BypassesItAgainUntilTheTokenExpires()
    {
        await ReplaceAsync(await FirstAsync(isFromStore: false), isFromStore: true);
        AccessToken stored = await _test.GetAsync();
        Task<AccessToken> failing = _test.Provider.GetTokenAsync(stored).AsTask();
        await _test.FailAcquisitionAsync();
        await Assert.ThrowsAsync<TokenRequestException>(() => failing).Within();
        _test.Clock.Advance(TimeSpan.FromSeconds(0.5));

        _test.Provider.Reject(stored);
        Assert.True((await _test.AcquisitionAsync(4)).Request.BypassStore);
        await _test.FailAcquisitionAsync();
        _test.Clock.Advance(TestProvider.Hour);

        _ = _test.GetAsync();
        AcquisitionRequest request = (await _test.AcquisitionAsync(5)).Request;
        Assert.Equal((null, false), (request.Rejected, request.BypassStore));
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoresReplacementWasAcceptedBeforeItIsRejected_ReadsTheStore()
    {
        await ReplaceAsync(await FirstAsync(isFromStore: false), isFromStore: true);

        Assert.False((await ReplaceAsync(await AcceptAsync(), isFromStore: false)).BypassStore);
    }

    [Fact]
    public async Task GetTokenAsync_OfRejectedTokensFromTheStore_IsNeverRefused()
    {
        AccessToken token = await FirstAsync(isFromStore: true);
        for (int rejection = 1; rejection <= 20; rejection++)
        {
            // Without any time in between.
            Assert.Equal(token, (await ReplaceAsync(token, isFromStore: true)).Rejected);
            token = await _test.GetAsync();
        }
    }

    [Fact]
    public async Task GetTokenAsync_OfAcceptedTokens_SpendsOnTheEndpointsOnly()
    {
        await FirstAsync(isFromStore: false);
        // Four from the endpoint and four from the store, in turn.
        for (int rejection = 1; rejection <= 8; rejection++)
        {
            await ReplaceAsync(await AcceptAsync(), isFromStore: rejection % 2 == 1);
        }

        AccessToken last = await AcceptAsync();
        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => _test.Provider.GetTokenAsync(last).AsTask()).Within();

        // One comes back in 30 s.
        Assert.Equal(TimeSpan.FromSeconds(30), failure.RetryAfter);
        _test.Clock.Advance(TimeSpan.FromSeconds(30));
        await ReplaceAsync(last, isFromStore: false);
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
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized, "no");
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

    private async Task<AccessToken> FirstAsync(bool isFromStore)
    {
        Task<AccessToken> getting = _test.GetAsync();
        (await _test.AcquisitionAsync(1)).Grant(isFromStore: isFromStore);
        return await getting.Within();
    }

    /// <summary>The current token, after the Web API has accepted it.</summary>
    private async Task<AccessToken> AcceptAsync()
    {
        AccessToken token = await _test.GetAsync().Within();
        _test.Provider.Cache.OnAccepted(token, "GET /v1/tracks/{id}");
        return token;
    }

    /// <summary>Replaces a rejected token, and returns what the source was asked.</summary>
    private async Task<AcquisitionRequest> ReplaceAsync(AccessToken rejected, bool isFromStore)
    {
        int next = _test.AcquisitionsStarted + 1;
        Task<AccessToken> getting = _test.Provider.GetTokenAsync(rejected).AsTask();
        ScriptedAcquisition acquisition = await _test.AcquisitionAsync(next);
        acquisition.Grant(isFromStore: isFromStore);
        Assert.Equal($"token-{next}", (await getting.Within()).Value);
        return acquisition.Request;
    }
}
