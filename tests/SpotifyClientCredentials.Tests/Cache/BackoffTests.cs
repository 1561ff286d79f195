using System.Net;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class BackoffTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void After_FailuresInARow_CountsThem()
    {
        TokenRequestException latest = new("latest", isTransient: true);
        Backoff first = Backoff.After(new TokenRequestException("first", isTransient: true), previous: null, now: 1, TimeSpan.Zero);

        Backoff second = Backoff.After(latest, first, now: 2, TimeSpan.Zero);

        Assert.Equal((1, 2), (first.Failures, second.Failures));
        Assert.Same(latest, second.Failure);
        Assert.Equal(2, second.Since);
    }

    [Fact]
    public void After_ManyFailures_VariesTheLength()
    {
        TokenRequestException failure = new("scripted", isTransient: true);

        TimeSpan[] lengths = [.. Enumerable.Range(0, 64).Select(_ => Backoff.After(failure, null, 0, TimeSpan.Zero).Length)];

        Assert.All(lengths, length => Assert.InRange(length, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1)));
        Assert.True(lengths.Distinct().Count() > 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(10, 5)]
    public void WithoutToken_OfALongBackoff_IsAsLongAsWithoutATokenFromTheStart(int failures, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), Of(failures, TimeSpan.FromSeconds(30)).WithoutToken().Length);

    [Fact]
    public void WithoutToken_OfAShortBackoff_IsUnchanged() =>
        Assert.Equal(TimeSpan.FromSeconds(4.2), Of(10, TimeSpan.FromSeconds(4.2)).WithoutToken().Length);

    [Fact]
    public void WithoutToken_OfARetryAfter_IsUnchanged()
    {
        TokenRequestException failure = new("scripted", isTransient: true) { RetryAfter = TimeSpan.FromSeconds(20) };

        Assert.Equal(TimeSpan.FromSeconds(20), Backoff.After(failure, null, 0, TestProvider.Hour).WithoutToken().Length);
    }

    [Fact]
    public void Left_AsTheClockAdvances_FallsToZero()
    {
        Backoff backoff = new(new TokenRequestException("scripted", isTransient: true), 1, _clock.GetTimestamp(), TimeSpan.FromSeconds(3));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(2), backoff.Remaining(_clock));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, backoff.Remaining(_clock));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 5)]
    [InlineData(5, 5)]
    [InlineData(1_000_000, 5)]
    public void LengthAfter_WithoutAToken_DoublesToFiveSeconds(int failures, double expected) =>
        Assert.Equal(Seconds(expected), Backoff.LengthAfter(Transient(), failures, TimeSpan.Zero, jitter: 0));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(7, 30)]
    [InlineData(1_000_000, 30)]
    public void LengthAfter_WithAToken_DoublesToThirtySeconds(int failures, double expected) =>
        Assert.Equal(Seconds(expected), Backoff.LengthAfter(Transient(), failures, Seconds(240), jitter: 0));

    [Theory]
    [InlineData(26, 30)]
    [InlineData(25, 30)]
    [InlineData(24, 29)]
    [InlineData(3, 8)]
    [InlineData(0.5, 5.5)]
    public void LengthAfter_WhenTheTokenReachesItsMarginMeanwhile_EndsFiveSecondsLater(double usableFor, double expected) =>
        Assert.Equal(Seconds(expected), Backoff.LengthAfter(Transient(), failures: 10, Seconds(usableFor), jitter: 0));

    [Theory]
    [InlineData(1, 0, 0.8)]
    [InlineData(4, 0, 4)]
    [InlineData(6, 240, 24)]
    public void LengthAfter_WithJitter_IsOnlyShortened(int failures, double usableFor, double shortest)
    {
        Assert.Equal(Seconds(shortest), Backoff.LengthAfter(Transient(), failures, Seconds(usableFor), jitter: 1));
        Assert.InRange(
            Backoff.LengthAfter(Transient(), failures, Seconds(usableFor), jitter: 0.5),
            Seconds(shortest),
            Backoff.LengthAfter(Transient(), failures, Seconds(usableFor), jitter: 0));
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, 20, 20)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 60, 60)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 3600, 60)]
    [InlineData(HttpStatusCode.TooManyRequests, 3600, 3600)]
    [InlineData(HttpStatusCode.TooManyRequests, 86400, 3600)]
    [InlineData(HttpStatusCode.TooManyRequests, 0, 1)]
    [InlineData(null, 3600, 60)]
    public void LengthAfter_WithRetryAfter_IsAtLeastThatLongUpToTheLimit(HttpStatusCode? status, int retryAfter, int expected)
    {
        TokenRequestException failure = new("scripted", isTransient: true) { StatusCode = status, RetryAfter = Seconds(retryAfter) };

        Assert.Equal(Seconds(expected), Backoff.LengthAfter(failure, failures: 1, TimeSpan.Zero, jitter: 0));
    }

    [Fact]
    public void LengthAfter_WithAShorterRetryAfter_IsUnchanged()
    {
        TokenRequestException failure = new("scripted", isTransient: true) { RetryAfter = Seconds(2) };

        Assert.Equal(Seconds(4), Backoff.LengthAfter(failure, failures: 3, TimeSpan.Zero, jitter: 0));
    }

    [Theory]
    [InlineData(1, 0, 0.0)]
    [InlineData(1, 240, 0.0)]
    [InlineData(5, 0, 0.9)]
    public void LengthAfter_AfterAPermanentFailure_IsThirtySeconds(int failures, double usableFor, double jitter) => Assert.Equal(
        Seconds(30), Backoff.LengthAfter(new TokenRequestException("scripted", isTransient: false), failures, Seconds(usableFor), jitter));

    private static Backoff Of(int failures, TimeSpan length) =>
        new(new TokenRequestException("scripted", isTransient: true), failures, Since: 0, length);

    private static TokenRequestException Transient() => new("scripted", isTransient: true);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
