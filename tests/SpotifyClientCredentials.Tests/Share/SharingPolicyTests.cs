using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

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
    public void RenewAfter_ByTheJitter_IsSeldomEarlyAndMostlyLate(double jitter, double expected) => Assert.Equal(expected, PartOfWindow(jitter), 0.0001);

    [Fact]
    public void RenewAfter_WithTheGreatestJitter_IsExactlyHalfOfTheWindow() => Assert.Equal(0.5, PartOfWindow(1), 1e-9);

    // Few instances may follow the first before its token is stored.
    [Fact]
    public void RenewAfter_OfFourHundredInstances_IsMuchEarlierForTheFirst()
    {
        Random random = new(1);
        double[] moments = [.. Enumerable.Range(0, 400).Select(_ => PartOfWindow(random.NextDouble())).Order()];

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
    public void Remaining_ByTheWallClock_IsBetweenZeroAndTheLife(double expiresIn, double expected) =>
        Assert.Equal(Seconds(expected), SharingPolicy.Remaining(Stored(expiresIn), Seconds(3600), Now));

    [Theory]
    [InlineData(3600, true)]
    [InlineData(151, true)]
    [InlineData(150, false)]
    [InlineData(1, false)]
    [InlineData(0, false)]
    public void IsHit_ByTheTimeLeft_NeedsMoreThanHalfOfTheWindow(double left, bool expected) =>
        Assert.Equal(expected, SharingPolicy.IsHit(Stored(left), Seconds(left), Seconds(300), current: null, rejected: null));

    [Theory]
    [InlineData("cached", 1799, true)]
    [InlineData("cached", 1800, false)]
    [InlineData("cached", 3000, false)]
    [InlineData("stored", 1000, false)]
    public void IsHit_WithACachedToken_NeedsAnotherThatExpiresLater(string cached, double cachedExpiresIn, bool expected) =>
        Assert.Equal(expected, SharingPolicy.IsHit(Stored(1800), Seconds(1800), Seconds(300), Token(cached, cachedExpiresIn), rejected: null));

    [Theory]
    [InlineData("rejected", true)]
    [InlineData("stored", false)]
    public void IsHit_AfterARejection_NeedsAnotherToken(string rejected, bool expected) =>
        Assert.Equal(expected, SharingPolicy.IsHit(Stored(1800), Seconds(1800), Seconds(300), current: null, Token(rejected, 1000)));

    [Theory]
    [InlineData(1, 0.0, 50)]
    [InlineData(2, 0.0, 100)]
    [InlineData(3, 0.0, 200)]
    [InlineData(5, 0.0, 800)]
    [InlineData(6, 0.0, 1000)]
    [InlineData(1_000_000, 0.0, 1000)]
    [InlineData(1, 1.0, 25)]
    [InlineData(6, 0.5, 750)]
    public void PollDelay_ByTheLookup_DoublesUpToASecondAndIsShortenedByTheJitter(int lookup, double jitter, double expected) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expected), SharingPolicy.PollDelay(lookup, jitter));

    [Theory]
    [InlineData(10, 0, 5)]
    [InlineData(10, 4, 1)]
    [InlineData(10, 5, 0)]
    [InlineData(10, 7, 0)]
    public void TimeLeft_ByTheElapsedTime_EndsAtHalfOfTheTimeout(double timeout, double elapsed, double expected) =>
        Assert.Equal(Seconds(expected), SharingPolicy.TimeLeft(Seconds(timeout), Seconds(elapsed)));

    [Theory]
    [InlineData(300, 4, 0.0, 3)]
    [InlineData(300, 4, 1.0, 1.5)]
    [InlineData(5, 4, 0.0, 0.5)]
    [InlineData(300, 0, 0.0, 0)]
    public void RenewalDelay_ByTheWindow_IsAtMostATenthOfItAndLeavesTimeForALookup(double window, double timeLeft, double jitter, double expected) =>
        Assert.Equal(Seconds(expected), SharingPolicy.RenewalDelay(Seconds(window), Seconds(timeLeft), jitter));

    private static AccessToken Stored(double expiresIn) => Token("stored", expiresIn);

    private static AccessToken Token(string value, double expiresIn) => new(value, Now + Seconds(expiresIn));

    private static double PartOfWindow(double jitter) =>
        (SharingPolicy.RenewAfter(Seconds(3600), TestOptions.CreateValid(), jitter) - Seconds(3300)) / Seconds(300);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
