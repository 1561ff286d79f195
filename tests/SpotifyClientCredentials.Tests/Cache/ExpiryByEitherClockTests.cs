using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class ExpiryByEitherClockTests : IDisposable
{
    private readonly SplitClock _clock = new();
    private readonly TestProvider _test;

    public ExpiryByEitherClockTests() => _test = new TestProvider(clock: _clock);

    public void Dispose() => _test.Dispose();

    // The monotonic clock stands still while a machine sleeps or a function is frozen.
    [Theory]
    [InlineData(0.9972223)]
    [InlineData(7)]
    public async Task GetTokenAsync_AfterTheMachineSleptPastTheMargin_WaitsForANewToken(double hours)
    {
        await _test.CacheTokenAsync();

        _clock.AdvanceWall(TimeSpan.FromHours(hours));
        Task<AccessToken> waiting = _test.GetAsync();

        Assert.False(waiting.IsCompleted);
        (await _test.AcquisitionAsync(2)).Grant();
        Assert.Equal("token-2", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_AfterTheMachineSleptIntoTheWindow_RenewsAhead()
    {
        await _test.CacheTokenAsync();

        _clock.AdvanceWall(TimeSpan.FromMinutes(57));

        Assert.Equal("token-1", _test.GetCachedValue());
        Assert.True((await _test.AcquisitionAsync(2)).Request.IsAhead);
    }

    [Fact]
    public async Task GetTokenAsync_WhileTheMachineSleepsAndWakes_CountsBothTimes()
    {
        await _test.CacheTokenAsync();

        _clock.Advance(TimeSpan.FromMinutes(30));
        _clock.AdvanceWall(TimeSpan.FromMinutes(29));
        Assert.Equal("token-1", _test.GetCachedValue());
        _clock.Advance(TimeSpan.FromSeconds(50));

        Assert.Null(_test.Provider.TryGetCached());
    }

    [Fact]
    public async Task GetTokenAsync_AfterTheWallClockWasSetForward_UsesTheNextTokenForItsWholeLife()
    {
        await _test.CacheTokenAsync();
        _clock.AdvanceWall(TimeSpan.FromDays(1));
        await _test.CacheTokenAsync();

        _clock.Advance(TimeSpan.FromMinutes(54));

        Assert.Equal("token-2", _test.GetCachedValue());
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_AfterTheWallClockWasSetForwardAndBack_StillReturnsTheToken()
    {
        await _test.CacheTokenAsync();
        _clock.AdvanceWall(TimeSpan.FromDays(1));
        Task<AccessToken> waiting = _test.GetAsync();

        _clock.AdvanceWall(TimeSpan.FromDays(-1));

        Assert.Equal("token-1", _test.GetCachedValue());
        (await _test.AcquisitionAsync(2)).Grant();
        Assert.Equal("token-2", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_AfterTheWallClockWasSetBack_ReturnsAnExpiredTokenUntilOneCallReportsIt()
    {
        AccessToken expired = await CacheTokenThatExpiredWhileTheWallClockWasSetBackAsync();
        Assert.Equal("token-1", _test.GetCachedValue());

        Task<AccessToken> replacing = _test.Provider.GetTokenAsync(expired).AsTask();
        Task<AccessToken> other = _test.GetAsync();

        Assert.False(other.IsCompleted);
        (await _test.AcquisitionAsync(2)).Grant();
        Assert.Equal("token-2", (await replacing.Within()).Value);
        Assert.Equal("token-2", (await other.Within()).Value);
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenThatExpiredAfterTheWallClockWasSetBack_IsAnOrdinaryRenewal()
    {
        AccessToken expired = await CacheTokenThatExpiredWhileTheWallClockWasSetBackAsync();

        Task<AccessToken> replacing = _test.Provider.GetTokenAsync(expired).AsTask();
        ScriptedAcquisition acquisition = await _test.AcquisitionAsync(2);
        acquisition.Grant();
        AccessToken token = await replacing.Within();

        Assert.Null(acquisition.Rejected);
        Assert.Empty(_test.Logs.Events(7));
        for (int forced = 3; forced <= 6; forced++)
        {
            // The bucket is still full.
            _test.Provider.Cache.OnAccepted(token, "GET /v1/tracks");
            replacing = _test.Provider.GetTokenAsync(token).AsTask();
            (await _test.AcquisitionAsync(forced)).Grant();
            token = await replacing.Within();
        }
    }

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenAfterTheWallClockWasSetBack_FailsWithoutDroppingATokenThatIsGood()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        _clock.AdvanceWall(-TestProvider.Hour);

        Task<AccessToken> replacing = _test.Provider.GetTokenAsync(rejected).AsTask();
        await _test.FailRenewalAsync();

        await Assert.ThrowsAsync<TokenRequestException>(() => replacing).Within();
        Assert.Equal("token-1", _test.GetCachedValue());
    }

    private async Task<AccessToken> CacheTokenThatExpiredWhileTheWallClockWasSetBackAsync()
    {
        AccessToken token = await _test.CacheTokenAsync();
        _clock.AdvanceWall(-TestProvider.Hour);
        _clock.Advance(TimeSpan.FromMinutes(61));
        return token;
    }
}
