using System.Net;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class BackoffTests
{
    private readonly SplitClock _clock = new();

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    [InlineData(6, 5)]
    [InlineData(1_000_000, 5)]
    public void LengthAfter_WithoutAToken_DoublesFromHalfASecondToFiveSeconds(int failures, double expected) =>
        Assert.Equal(Seconds(expected), Backoff.LengthAfter(Failures.Transient(), failures, usableFor: TimeSpan.Zero, jitter: 0));

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(5, 8)]
    [InlineData(6, 16)]
    [InlineData(7, 30)]
    [InlineData(1_000_000, 30)]
    public void LengthAfter_WithAToken_DoublesToThirtySeconds(int failures, double expected) =>
        Assert.Equal(Seconds(expected), Backoff.LengthAfter(Failures.Transient(), failures, Seconds(240), jitter: 0));

    [Theory]
    [InlineData(10, 31, 30)]
    [InlineData(10, 29, 29)]
    [InlineData(10, 3, 3)]
    [InlineData(10, 0.001, 0.001)]
    [InlineData(1, 0.2, 0.2)]
    public void LengthAfter_WhenTheTokenReachesItsMarginBefore_EndsThere(int failures, double usableFor, double expected) =>
        Assert.Equal(Seconds(expected), Backoff.LengthAfter(Failures.Transient(), failures, Seconds(usableFor), jitter: 0));

    [Theory]
    [InlineData(1, 0, 0.5)]
    [InlineData(5, 0, 5)]
    [InlineData(7, 240, 30)]
    public void LengthAfter_WithJitter_IsShorterByUpToAFifth(int failures, double usableFor, double longest)
    {
        Assert.Equal(Seconds(longest * 0.9), Backoff.LengthAfter(Failures.Transient(), failures, Seconds(usableFor), jitter: 0.5));
        Assert.Equal(Seconds(longest * 0.8), Backoff.LengthAfter(Failures.Transient(), failures, Seconds(usableFor), jitter: 1));
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, 20, 20)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 60, 60)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 3600, 60)]
    [InlineData(null, 3600, 60)]
    [InlineData(HttpStatusCode.TooManyRequests, 3600, 3600)]
    [InlineData(HttpStatusCode.TooManyRequests, 86400, 3600)]
    [InlineData(HttpStatusCode.TooManyRequests, 0, 0.5)]
    public void LengthAfter_WithRetryAfter_IsAtLeastThatLongUpToAMinuteOrAnHourFor429(HttpStatusCode? status, double retryAfter, double expected) =>
        Assert.Equal(Seconds(expected), Backoff.LengthAfter(Failures.Transient(Seconds(retryAfter), status), failures: 1, TimeSpan.Zero, jitter: 0));

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(240)]
    public void LengthAfter_WithALongRetryAfter_LastsPastTheMarginAndIsNeverShortened(double usableFor) =>
        Assert.Equal(Seconds(20), Backoff.LengthAfter(Failures.Transient(Seconds(20)), failures: 1, Seconds(usableFor), jitter: 1));

    [Fact]
    public void LengthAfter_WithAShorterRetryAfter_IsTheBackoff() =>
        Assert.Equal(Seconds(4), Backoff.LengthAfter(Failures.Transient(Seconds(2)), failures: 4, TimeSpan.Zero, jitter: 0));

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(5, 0, 1)]
    [InlineData(1, 3, 0)]
    [InlineData(9, 240, 1)]
    public void LengthAfter_AfterAPermanentFailure_IsThirtySeconds(int failures, double usableFor, double jitter) =>
        Assert.Equal(Seconds(30), Backoff.LengthAfter(Failures.Permanent(), failures, Seconds(usableFor), jitter));

    [Fact]
    public void After_FailuresInARow_CountsThemFromTheBeginningOfTheOutage()
    {
        long began = _clock.GetTimestamp();
        Backoff first = Backoff.After(Failures.Transient(), previous: null, _clock, TimeSpan.Zero);
        _clock.Advance(Seconds(7));
        TokenRequestException latest = Failures.Transient();
        Backoff second = Backoff.After(latest, first, _clock, TimeSpan.Zero);

        Assert.Equal((1, 2), (first.Failures, second.Failures));
        Assert.Equal((began, began), (first.OutageSince, second.OutageSince));
        Assert.Equal((_clock.GetTimestamp(), _clock.GetUtcNow()), (second.Since, second.SinceUtc));
        Assert.Same(latest, second.Failure);
    }

    [Fact]
    public void After_TheSameFailureManyTimes_VariesTheLength()
    {
        TimeSpan[] lengths = [.. Enumerable.Range(0, 64).Select(_ => Backoff.After(Failures.Transient(), null, _clock, TimeSpan.Zero).Length)];

        Assert.All(lengths, length => Assert.InRange(length, Seconds(0.4), Seconds(0.5)));
        Assert.True(lengths.Distinct().Count() > 1);
    }

    [Fact]
    public void Remaining_WhenOnlyOneClockGoesOn_FollowsIt()
    {
        Backoff backoff = Of(failures: 4, Seconds(3));

        _clock.AdvanceWall(Seconds(1));
        Assert.Equal(Seconds(2), backoff.Remaining(_clock));
        _clock.AdvanceMonotonic(Seconds(2.5));
        Assert.Equal(Seconds(0.5), backoff.Remaining(_clock));
        _clock.AdvanceWall(Seconds(2));
        Assert.Equal(TimeSpan.Zero, backoff.Remaining(_clock));
    }

    [Fact]
    public void Remaining_AfterTheWallClockWasSetBack_FollowsTheMonotonicOne()
    {
        Backoff backoff = Of(failures: 4, Seconds(3));

        _clock.AdvanceWall(-TestProvider.Hour);
        _clock.AdvanceMonotonic(Seconds(1));

        Assert.Equal(Seconds(2), backoff.Remaining(_clock));
    }

    [Theory]
    [InlineData(9.9, true)]
    [InlineData(10, false)]
    public void MayPassSoon_AsTheOutageAges_EndsAtTheLongestWait(double age, bool expected)
    {
        Backoff backoff = Backoff.After(Failures.Transient(), Backoff.After(Failures.Transient(), null, _clock, TimeSpan.Zero), _clock, TimeSpan.Zero);
        _clock.Advance(Seconds(age));

        Assert.Equal(expected, backoff.MayPassSoon(_clock, longestWait: Seconds(10)));
    }

    [Fact]
    public void MayPassSoon_AfterAPermanentFailure_IsFalse() =>
        Assert.False(Backoff.After(Failures.Permanent(), null, _clock, TimeSpan.Zero).MayPassSoon(_clock, Seconds(10)));

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(4, 4)]
    [InlineData(10, 5)]
    public void WithoutToken_OfALongBackoff_IsAsLongAsWithoutATokenFromTheStart(int failures, double expected) =>
        Assert.Equal(Seconds(expected), Of(failures, Seconds(30)).WithoutToken().Length);

    [Fact]
    public void WithoutToken_OfAShortBackoff_IsUnchanged() =>
        Assert.Equal(Seconds(4.2), Of(failures: 10, Seconds(4.2)).WithoutToken().Length);

    [Fact]
    public void WithoutToken_OfARetryAfter_IsUnchanged() =>
        Assert.Equal(Seconds(20), Backoff.After(Failures.Transient(Seconds(20)), null, _clock, TestProvider.Hour).WithoutToken().Length);

    private Backoff Of(int failures, TimeSpan length) =>
        new(Failures.Transient(), failures, OutageSince: 0, _clock.GetTimestamp(), _clock.GetUtcNow(), length);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
