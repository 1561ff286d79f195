using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>What rejected tokens may cost: a bucket for those that were accepted, and growing intervals where the Web API rejects everything.</summary>
public sealed class ForcedRenewalBudgetTests : IDisposable
{
    private const string Path = "GET /v1/tracks";

    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WithRejectedTokensThatHadBeenAccepted_ReplacesFourAtOnceAndThenOneEachHalfMinute()
    {
        AccessToken token = await ReplaceAcceptedAsync(await _test.CacheTokenAsync(), times: 4);
        Accept(token);

        TokenRequestException failure = FailsAtOnce(token);
        Assert.Equal(TimeSpan.FromSeconds(30), failure.RetryAfter);
        Assert.True(failure.IsTransient);
        Assert.Equal("token-5", _test.GetCachedValue());

        _test.Clock.Advance(TimeSpan.FromSeconds(30));
        Accept(await ReplaceAsync(token));
        Assert.Equal(TimeSpan.FromSeconds(30), FailsAtOnce(_test.Provider.TryGetCached()!).RetryAfter);
    }

    [Fact]
    public async Task GetTokenAsync_WithRejectedTokensOfAShortLife_GetsOneBackPerQuarterOfTheWindow()
    {
        _test.Source.Response = acquisition => acquisition.Grant(life: TimeSpan.FromMinutes(4));
        AccessToken token = await _test.GetAsync().Within();
        for (int forced = 0; forced < 4; forced++)
        {
            Accept(token);
            token = await _test.Provider.GetTokenAsync(token).AsTask().Within();
        }

        Accept(token);
        Assert.Equal(TimeSpan.FromSeconds(15), FailsAtOnce(token).RetryAfter);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheApiRejectsEveryToken_ReplacesThemAtDoublingIntervalsUpToTheWindow()
    {
        AccessToken token = await ReplaceAsync(await _test.CacheTokenAsync());
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), FailsAtOnce(token).RetryAfter);
            _test.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Equal(TimeSpan.FromTicks(1), FailsAtOnce(token).RetryAfter);
            _test.Clock.Advance(TimeSpan.FromTicks(1));
            token = await ReplaceAsync(token);
        }
    }

    [Fact]
    public async Task GetTokenAsync_OnceAForcedTokenIsAccepted_ReplacesItAtOnce()
    {
        AccessToken token = await ReplaceAsync(await _test.CacheTokenAsync());
        Assert.NotNull(FailsAtOnce(token));

        Accept(token);

        Assert.Equal("token-3", (await ReplaceAsync(token)).Value);
    }

    [Fact]
    public async Task GetTokenAsync_OnceAnOldTokenIsAccepted_StillWaitsForTheInterval()
    {
        AccessToken old = await _test.CacheTokenAsync();
        AccessToken token = await ReplaceAsync(old);

        Accept(old);

        Assert.Equal(TimeSpan.FromSeconds(1), FailsAtOnce(token).RetryAfter);
    }

    [Fact]
    public async Task GetTokenAsync_AfterAnOrdinaryRenewal_ReplacesARejectedTokenAtOnce()
    {
        AccessToken token = await ReplaceAsync(await _test.CacheTokenAsync());
        _test.Clock.Advance(TimeSpan.FromSeconds(1));
        await ReplaceAsync(token);
        _test.Clock.Advance(TestProvider.Hour);
        token = await _test.CacheTokenAsync();

        token = await ReplaceAsync(token);

        Assert.Equal(TimeSpan.FromSeconds(1), FailsAtOnce(token).RetryAfter);
    }

    [Fact]
    public async Task GetTokenAsync_WhenForcedRenewalsFail_CostsTheBucketNothing()
    {
        AccessToken token = await _test.CacheTokenAsync();
        for (int failure = 0; failure < 10; failure++)
        {
            Task<AccessToken> replacing = _test.Provider.GetTokenAsync(token).AsTask();
            await _test.FailRenewalAsync();
            await Assert.ThrowsAsync<TokenRequestException>(() => replacing).Within();
            _test.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        await ReplaceAcceptedAsync(token, times: 4);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoreHasTheReplacement_CostsTheBucketNothing()
    {
        AccessToken token = await _test.CacheTokenAsync();
        for (int forced = 0; forced < 10; forced++)
        {
            Accept(token);
            token = await ReplaceAsync(token, isFromStore: true);
        }

        Accept(token);
        Accept(await ReplaceAcceptedAsync(await ReplaceAsync(token), times: 3));
        Assert.NotNull(FailsAtOnce(_test.Provider.TryGetCached()!));
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoresReplacementIsRejectedToo_AsksTheEndpointAtOnceWhateverTheBucketSays()
    {
        AccessToken token = await ReplaceAcceptedAsync(await _test.CacheTokenAsync(), times: 4);
        Accept(token);
        _test.Clock.Advance(TimeSpan.FromSeconds(30));
        AccessToken stored = await ReplaceAsync(token, isFromStore: true);

        Assert.Equal("token-7", (await ReplaceAsync(stored)).Value);

        Assert.Equal([false, true], _test.Source.Acquisitions.Skip(5).Select(acquisition => acquisition.Request.BypassStore));
    }

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenThatCameFromTheStoreInTheOrdinaryWay_LooksIntoTheStoreAgain()
    {
        Task<AccessToken> getting = _test.GetAsync();
        (await _test.AcquisitionAsync(1)).Grant(isFromStore: true);
        await ReplaceAsync(await getting.Within());

        Assert.False(_test.Source.Acquisitions[1].Request.BypassStore);
    }

    [Fact]
    public async Task OnRejected_WhereNobodyWaits_ReplacesTheTokenAsFarAsThatIsAllowed()
    {
        AccessToken rejected = await _test.CacheTokenAsync();

        _test.Provider.Reject(rejected);
        Assert.Equal("token-1", _test.GetCachedValue());
        await _test.GrantRenewalAsync();

        _test.Provider.Reject(_test.Provider.TryGetCached()!);
        _test.Provider.Reject(rejected);
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task OnRejected_AfterTheBackoffOfAFailure_RequestsAnother()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        _test.Provider.Reject(rejected);
        await _test.FailRenewalAsync();
        _test.Provider.Reject(rejected);
        Assert.Equal(2, _test.AcquisitionsStarted);

        _test.Clock.Advance(TimeSpan.FromSeconds(0.5));
        _test.Provider.Reject(rejected);

        Assert.Equal(3, _test.AcquisitionsStarted);
    }

    private void Accept(AccessToken token) => _test.Provider.Cache.OnAccepted(token, Path);

    private TokenRequestException FailsAtOnce(AccessToken rejected)
    {
        ValueTask<AccessToken> replacing = _test.Provider.GetTokenAsync(rejected);
        Assert.True(replacing.IsFaulted);
        return Assert.Throws<TokenRequestException>(() => replacing.GetAwaiter().GetResult());
    }

    private async Task<AccessToken> ReplaceAcceptedAsync(AccessToken token, int times)
    {
        for (int forced = 0; forced < times; forced++)
        {
            Accept(token);
            token = await ReplaceAsync(token);
        }

        return token;
    }

    private async Task<AccessToken> ReplaceAsync(AccessToken rejected, bool isFromStore = false)
    {
        Task<AccessToken> replacing = _test.Provider.GetTokenAsync(rejected).AsTask();
        (await _test.AcquisitionAsync(_test.AcquisitionsStarted)).Grant(isFromStore: isFromStore);
        return await replacing.Within();
    }
}
