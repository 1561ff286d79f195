using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>When a token is renewed, and from when on nobody gets it.</summary>
public sealed class CachedTokenMomentsTests
{
    private static readonly OptionsSnapshot Options = TestOptions.CreateValid();

    private readonly SplitClock _clock = new();

    // W is a quarter of the life and at most five minutes; the margin is a fifth of W and at most ten seconds.
    [Theory]
    [InlineData(3600, 300, 10)]
    [InlineData(600, 150, 10)]
    [InlineData(200, 50, 10)]
    [InlineData(120, 30, 6)]
    [InlineData(2, 0.5, 0.1)]
    public void From_ATokenOfTheEndpoint_HasAMarginOfAFifthOfTheWindowAndAtMostTenSeconds(double life, double window, double margin)
    {
        CachedToken token = From(Seconds(life));

        Assert.Equal(Seconds(window), token.Window);
        Assert.Equal((Seconds(life - margin), Seconds(life - margin)), (After(token.UsableUntil), After(token.UsableUntilUtc)));
        Assert.Equal(Seconds(life - window), After(token.RenewalDue));
        Assert.Equal(token.RenewalDue, token.FreeUntil);
    }

    [Theory]
    [InlineData(3600, 60)]
    [InlineData(120, 6)]
    public void From_ATokenOfTheStore_HasAMarginOfAFifthOfTheWindow(double life, double margin)
    {
        CachedToken token = From(Seconds(life), isFromStore: true);

        Assert.Equal((Seconds(life - margin), Seconds(life - margin)), (After(token.UsableUntil), After(token.UsableUntilUtc)));
    }

    [Fact]
    public void From_ALaterRenewal_IsRenewedThenButNotAfterTheMargin()
    {
        Assert.Equal(TimeSpan.FromMinutes(57), After(From(TestProvider.Hour, renewAfter: TimeSpan.FromMinutes(57)).FreeUntil));
        Assert.Equal(Seconds(3590), After(From(TestProvider.Hour, renewAfter: Seconds(3595)).FreeUntil));
    }

    [Fact]
    public void From_ASlowResponse_CountsFromBeforeTheRequest()
    {
        (long issuedAt, DateTimeOffset issuedOn) = (_clock.GetTimestamp(), _clock.GetUtcNow());
        _clock.Advance(Seconds(9));

        CachedToken token = From(TestProvider.Hour, issuedAt: issuedAt, expiresOn: issuedOn + TestProvider.Hour);

        Assert.Equal((Seconds(3581), Seconds(3581)), (After(token.UsableUntil), After(token.UsableUntilUtc)));
    }

    // Of an instance whose clock is ahead, or of this one before its clock was set back.
    [Fact]
    public void From_ATokenThatExpiresLaterThanItsLifeAllows_ExpiresByItsLife()
    {
        CachedToken token = From(TestProvider.Hour, expiresOn: _clock.GetUtcNow() + TimeSpan.FromHours(3));

        Assert.Equal((Seconds(3590), Seconds(3300)), (After(token.UsableUntilUtc), After(token.RenewalDue)));
    }

    [Fact]
    public void From_ASlowResponseWithATokenThatExpiresLaterThanItsLifeAllows_CountsFromBeforeTheRequest()
    {
        long issuedAt = _clock.GetTimestamp();
        _clock.Advance(Seconds(9));

        CachedToken token = From(TestProvider.Hour, issuedAt: issuedAt, expiresOn: _clock.GetUtcNow() + TimeSpan.FromHours(3));

        Assert.Equal(_clock.GetUtcNow() + Seconds(3581), token.UsableUntilUtc);
    }

    [Fact]
    public void From_ATokenThatExpiresEarlierByTheWallClock_ExpiresThen()
    {
        CachedToken token = From(TestProvider.Hour, expiresOn: _clock.GetUtcNow() + TimeSpan.FromMinutes(30));

        Assert.Equal(Seconds(1790), After(token.UsableUntilUtc));
        Assert.Equal(Seconds(1790), token.UsableFor(_clock));
    }

    [Fact]
    public void UsableFor_WhenOnlyOneClockGoesOn_FollowsIt()
    {
        CachedToken token = From(TestProvider.Hour);

        _clock.AdvanceWall(Seconds(590));
        Assert.Equal(Seconds(3000), token.UsableFor(_clock));
        _clock.AdvanceMonotonic(Seconds(1590));
        Assert.Equal(Seconds(2000), token.UsableFor(_clock));
        _clock.AdvanceWall(TimeSpan.FromHours(-2));
        Assert.Equal(Seconds(2000), token.UsableFor(_clock));
        _clock.AdvanceMonotonic(Seconds(2000) - TimeSpan.FromTicks(1));
        Assert.True(token.IsUsable(_clock));
        _clock.AdvanceMonotonic(TimeSpan.FromTicks(1));
        Assert.False(token.IsUsable(_clock));
    }

    [Fact]
    public void RenewFrom_ATime_DefersTheRenewalButNotPastTheMarginAndNeverBringsItForward()
    {
        CachedToken token = From(TestProvider.Hour);

        Assert.Equal(token.RenewalDue, token.RenewFrom(_clock.GetUtcNow()).FreeUntil);
        Assert.Equal(token.RenewalDue + Seconds(30), token.RenewFrom(token.RenewalDue + Seconds(30)).FreeUntil);
        Assert.Equal(token.UsableUntilUtc, token.RenewFrom(token.UsableUntilUtc + Seconds(1)).FreeUntil);
    }

    [Fact]
    public void Expired_BeforeItsTimeByTheWallClock_IsNoLongerFree() =>
        Assert.Equal(DateTimeOffset.MinValue, From(TestProvider.Hour).Expired().FreeUntil);

    private CachedToken From(
        TimeSpan life, TimeSpan? renewAfter = null, long? issuedAt = null, DateTimeOffset? expiresOn = null, bool isFromStore = false)
    {
        AccessToken token = new("token", expiresOn ?? _clock.GetUtcNow() + life) { IsFromStore = isFromStore };
        TimeSpan renewal = renewAfter ?? TokenEndpointClient.RenewAfter(life, Options, jitter: 0);
        return CachedToken.From(new AcquiredToken(token, issuedAt ?? _clock.GetTimestamp(), life, renewal), Options, _clock);
    }

    private TimeSpan After(long timestamp) => _clock.GetElapsedTime(_clock.GetTimestamp(), timestamp);

    private TimeSpan After(DateTimeOffset time) => time - _clock.GetUtcNow();

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
