using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Tests.Share;

public sealed class SharingPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(1e-4, 0.0582)]
    [InlineData(0.01, 0.2699)]
    [InlineData(0.1, 0.3849)]
    [InlineData(0.5, 0.4653)]
    [InlineData(1.0, 0.5)]
    public void LateInHalfOfWindow_ByTheJitter_SendsFewEarlyAndTheCrowdLate(double jitter, double expected) =>
        Assert.Equal(expected, SharingPolicy.LateInHalfOfWindow(jitter), 0.0001);

    [Fact]
    public void LateInHalfOfWindow_OfTheGreatestJitter_IsTheHalfExactly() => Assert.Equal(0.5, SharingPolicy.LateInHalfOfWindow(1), 1e-9);

    // Drawn moments of a fleet: what matters is how many follow the first before its token can have been stored.
    [Fact]
    public void LateInHalfOfWindow_OfFourHundredInstances_LetsTheFirstGoLongBeforeTheCrowd()
    {
        Random random = new(1);
        double[] moments = [.. Enumerable.Range(0, 400).Select(_ => SharingPolicy.LateInHalfOfWindow(random.NextDouble())).Order()];

        Assert.InRange(moments[0], 0.05, 0.35);
        Assert.InRange(moments[399], 0.48, 0.5);
        Assert.True(moments.Count(moment => moment < 0.25) < 10);
    }

    [Theory]
    [InlineData(3600, 3600)]
    [InlineData(600, 600)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(-100_000, 0)]
    [InlineData(3660, 3600)]
    [InlineData(100_000, 3600)]
    public void Left_ByTheWallClock_IsNeitherNegativeNorMoreThanTheLife(double expiresIn, double expected) =>
        Assert.Equal(Seconds(expected), SharingPolicy.Left(Stored(expiresIn), Now));

    [Theory]
    [InlineData(3600, true)]
    [InlineData(151, true)]
    [InlineData(150, false)]
    [InlineData(1, false)]
    [InlineData(0, false)]
    public void IsHit_ByWhatIsLeft_NeedsMoreThanHalfOfTheWindow(double left, bool expected) =>
        Assert.Equal(expected, SharingPolicy.IsHit(Stored(left), Seconds(left), Seconds(300), cached: null, rejected: null));

    [Theory]
    [InlineData(61, true)]
    [InlineData(60, false)]
    public void IsHit_OfAShortLivedToken_NeedsMoreThanAnEighthOfItsLife(double left, bool expected)
    {
        SharedToken stored = new() { Value = "stored", ExpiresOn = Now + Seconds(left), Life = Seconds(480) };

        Assert.Equal(expected, SharingPolicy.IsHit(stored, Seconds(left), Seconds(300), cached: null, rejected: null));
    }

    [Theory]
    [InlineData("held", 1799, true)]
    [InlineData("held", 1800, false)]
    [InlineData("held", 3000, false)]
    [InlineData("stored", 1000, false)]
    public void IsHit_BesideACachedToken_IsAnotherThatExpiresLater(string cached, double heldExpiresIn, bool expected) =>
        Assert.Equal(expected, SharingPolicy.IsHit(Stored(1800), Seconds(1800), Seconds(300), Token(cached, heldExpiresIn), rejected: null));

    [Theory]
    [InlineData("rejected", true)]
    [InlineData("stored", false)]
    public void IsHit_AfterARejection_IsAnotherToken(string rejected, bool expected) =>
        Assert.Equal(expected, SharingPolicy.IsHit(Stored(1800), Seconds(1800), Seconds(300), cached: null, Token(rejected, 1000)));

    [Theory]
    [InlineData(3600, 300, 0, 3300)]
    [InlineData(3600, 300, 4, 3296)]
    [InlineData(480, 300, 0, 360)]
    [InlineData(4, 300, 3, 0)]
    [InlineData(4, 300, 5, -2)]
    public void EntryLife_Always_EndsWhereTheRenewalWindowBegins(double life, double window, double age, double expected) =>
        Assert.Equal(Seconds(expected), SharingPolicy.EntryLife(Seconds(life), Seconds(window), Seconds(age)));

    [Theory]
    [InlineData(2, 10, 2)]
    [InlineData(2, 8, 2)]
    [InlineData(2, 4, 1)]
    [InlineData(3600, 10, 2.5)]
    public void CallLimit_Always_LeavesTimeForATokenRequest(double storeTimeout, double tokenRequestTimeout, double expected) =>
        Assert.Equal(Seconds(expected), SharingPolicy.CallLimit(Seconds(storeTimeout), Seconds(tokenRequestTimeout)));

    [Theory]
    [InlineData(1, 0.0, 50)]
    [InlineData(2, 0.0, 100)]
    [InlineData(3, 0.0, 200)]
    [InlineData(5, 0.0, 800)]
    [InlineData(6, 0.0, 1000)]
    [InlineData(1_000_000, 0.0, 1000)]
    [InlineData(1, 1.0, 25)]
    [InlineData(6, 0.5, 750)]
    public void PollPause_ByTheNumber_DoublesToASecondAndIsShortenedByTheJitter(int look, double jitter, double expected) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expected), SharingPolicy.PollPause(look, jitter));

    [Theory]
    [InlineData(10, 0, 5)]
    [InlineData(10, 4, 1)]
    [InlineData(10, 5, 0)]
    [InlineData(10, 7, 0)]
    public void MaxWait_ByTheTimeThatIsGone_EndsAtHalfOfTheTimeout(double timeout, double elapsed, double expected) =>
        Assert.Equal(Seconds(expected), SharingPolicy.MaxWait(Seconds(timeout), Seconds(elapsed)));

    [Theory]
    [InlineData(300, 5, 0.0, 5)]
    [InlineData(300, 5, 1.0, 2.5)]
    [InlineData(5, 5, 0.0, 0.5)]
    [InlineData(300, 0, 0.0, 0)]
    public void RenewerPause_Always_EndsWithinATenthOfTheWindowAndTheCallersMaxWait(double window, double maxWait, double jitter, double expected) =>
        Assert.Equal(Seconds(expected), SharingPolicy.RenewerPause(Seconds(window), Seconds(maxWait), jitter));

    private static SharedToken Stored(double expiresIn) => new() { Value = "stored", ExpiresOn = Now + Seconds(expiresIn), Life = Seconds(3600) };

    private static AccessToken Token(string value, double expiresIn) => new(new ConfigurationKeys(""), value, Now + Seconds(expiresIn));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
