using System.Net;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class RenewalPolicyTests
{
    private static readonly AccessToken Token = new(new ConfigurationKeys(""), "token", DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(300, 3600, 300)]
    [InlineData(300, 1200, 300)]
    [InlineData(300, 1196, 299)]
    [InlineData(300, 60, 15)]
    [InlineData(3600, 3600, 900)]
    [InlineData(1, 3600, 1)]
    public void Window_Always_IsAtMostAQuarterOfTheLife(int renewalWindow, int life, int expected) =>
        Assert.Equal(Seconds(expected), RenewalPolicy.Window(Seconds(renewalWindow), Seconds(life)));

    [Theory]
    [InlineData(3600, 300, 3540)]
    [InlineData(60, 15, 57)]
    [InlineData(4, 1, 3.8)]
    public void Usable_Always_EndsAFifthOfTheWindowBeforeTheEnd(double life, double window, double expected) =>
        Assert.Equal(Seconds(expected), RenewalPolicy.Usable(Seconds(life), Seconds(window)));

    [Theory]
    [InlineData(0.0, 3300)]
    [InlineData(0.5, 3315)]
    [InlineData(1.0, 3330)]
    public void UntilRenewal_ByTheJitter_IsSpreadOverTheFirstTenthOfTheWindow(double jitter, double expected) =>
        Assert.Equal(Seconds(expected), RenewalPolicy.UntilRenewal(Seconds(3600), Seconds(300), RenewalPolicy.EarlyInWindow(jitter)));

    // A token that is settled until 100 and usable until 200; 0 stands for none.
    [Theory]
    [InlineData(99, true, false, 0, TokenUse.Use)]
    [InlineData(100, true, false, 0, TokenUse.UseAndRenew)]
    [InlineData(100, true, false, -1, TokenUse.UseAndRenew)]
    [InlineData(100, true, true, 0, TokenUse.Use)]
    [InlineData(100, true, false, 1, TokenUse.Use)]
    [InlineData(199, true, false, 0, TokenUse.UseAndRenew)]
    [InlineData(199, true, true, 1, TokenUse.Use)]
    [InlineData(200, true, false, 0, TokenUse.Wait)]
    [InlineData(200, true, true, 0, TokenUse.Wait)]
    [InlineData(200, true, false, 1, TokenUse.BackOff)]
    [InlineData(200, true, true, 1, TokenUse.Wait)]
    [InlineData(0, false, false, 0, TokenUse.Wait)]
    [InlineData(0, false, true, 0, TokenUse.Wait)]
    [InlineData(0, false, false, 1, TokenUse.BackOff)]
    [InlineData(0, false, true, 1, TokenUse.Wait)]
    internal void Decide_ByClockAndState_UsesRenewsWaitsOrCoolsDown(long now, bool isCached, bool isInFlight, int backoffLeft, TokenUse expected)
    {
        CachedToken? cached = isCached ? new CachedToken { Token = Token, Window = Seconds(300), RenewAt = 100, UsableUntil = 200 } : null;

        Assert.Equal(expected, RenewalPolicy.Decide(now, cached, isInFlight, Seconds(backoffLeft)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 5)]
    [InlineData(5, 5)]
    [InlineData(1_000_000, 5)]
    public void Backoff_WithoutAToken_DoublesToFiveSeconds(int failuresInRow, double expected) =>
        Assert.Equal(Seconds(expected), RenewalPolicy.Backoff(Transient(), failuresInRow, TimeSpan.Zero, jitter: 0));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(7, 30)]
    [InlineData(1_000_000, 30)]
    public void Backoff_WithAToken_DoublesToThirtySeconds(int failuresInRow, double expected) =>
        Assert.Equal(Seconds(expected), RenewalPolicy.Backoff(Transient(), failuresInRow, Seconds(240), jitter: 0));

    [Theory]
    [InlineData(26, 30)]
    [InlineData(25, 30)]
    [InlineData(24, 29)]
    [InlineData(3, 8)]
    [InlineData(0.5, 5.5)]
    public void Backoff_WhenTheTokenPassesItsMarginMeanwhile_EndsFiveSecondsLater(double usableFor, double expected) =>
        Assert.Equal(Seconds(expected), RenewalPolicy.Backoff(Transient(), failuresInRow: 10, Seconds(usableFor), jitter: 0));

    [Theory]
    [InlineData(1, 0, 0.8)]
    [InlineData(4, 0, 4)]
    [InlineData(6, 240, 24)]
    public void Backoff_ByTheJitter_IsOnlyShortened(int failuresInRow, double usableFor, double shortest)
    {
        Assert.Equal(Seconds(shortest), RenewalPolicy.Backoff(Transient(), failuresInRow, Seconds(usableFor), jitter: 1));
        Assert.InRange(
            RenewalPolicy.Backoff(Transient(), failuresInRow, Seconds(usableFor), jitter: 0.5),
            Seconds(shortest),
            RenewalPolicy.Backoff(Transient(), failuresInRow, Seconds(usableFor), jitter: 0));
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, 20, 20)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 60, 60)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 3600, 60)]
    [InlineData(HttpStatusCode.TooManyRequests, 3600, 3600)]
    [InlineData(HttpStatusCode.TooManyRequests, 86400, 3600)]
    [InlineData(HttpStatusCode.TooManyRequests, 0, 1)]
    [InlineData(null, 3600, 60)]
    public void Backoff_WithRetryAfter_IsAtLeastThatUpToItsLimit(HttpStatusCode? status, int retryAfter, int expected)
    {
        TokenRequestException failure = new("scripted", isTransient: true) { StatusCode = status, RetryAfter = Seconds(retryAfter) };

        Assert.Equal(Seconds(expected), RenewalPolicy.Backoff(failure, failuresInRow: 1, TimeSpan.Zero, jitter: 0));
    }

    [Fact]
    public void Backoff_WithAShorterRetryAfter_StaysItsOwn()
    {
        TokenRequestException failure = new("scripted", isTransient: true) { RetryAfter = Seconds(2) };

        Assert.Equal(Seconds(4), RenewalPolicy.Backoff(failure, failuresInRow: 3, TimeSpan.Zero, jitter: 0));
    }

    [Theory]
    [InlineData(1, 0, 0.0)]
    [InlineData(1, 240, 0.0)]
    [InlineData(5, 0, 0.9)]
    public void Backoff_AfterAPermanentFailure_IsThirtySeconds(int failuresInRow, double usableFor, double jitter) => Assert.Equal(
        Seconds(30), RenewalPolicy.Backoff(new TokenRequestException("scripted", isTransient: false), failuresInRow, Seconds(usableFor), jitter));

    [Theory]
    [InlineData(300, 0, 30)]
    [InlineData(300, 1, 60)]
    [InlineData(300, 2, 120)]
    [InlineData(300, 3, 240)]
    [InlineData(300, 4, 300)]
    [InlineData(300, 1_000_000, 300)]
    [InlineData(60, 0, 15)]
    [InlineData(60, 1, 30)]
    [InlineData(60, 2, 60)]
    [InlineData(60, 3, 60)]
    public void RejectionPause_ByRejectionsInRow_DoublesFromAQuarterOfTheWindowToTheWindow(double window, int rejectedInRow, double expected) =>
        Assert.Equal(Seconds(expected), RenewalPolicy.RejectionPause(Seconds(window), rejectedInRow));

    private static TokenRequestException Transient() => new("scripted", isTransient: true);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
