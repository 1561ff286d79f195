using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>Which of the three tables a state and a call lead to, and with which times.</summary>
public sealed class RenewalDecisionTests
{
    private static readonly OptionsSnapshot Options = TestOptions.CreateValid();

    private readonly SplitClock _clock = new();

    [Fact]
    public void Decide_WithAUsableToken_UsesItUntilItsRenewalIsDue()
    {
        TokenState state = WithToken();

        Assert.Equal(TokenUse.Use, Decide(state));
        _clock.Advance(TimeSpan.FromMinutes(55) - TimeSpan.FromTicks(1));
        Assert.Equal(TokenUse.Use, Decide(state));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(TokenUse.UseAndRenew, Decide(state));
        Assert.Equal(TokenUse.Use, Decide(state, isInFlight: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_PastTheMarginByEitherClock_StartsAnother(bool isWall)
    {
        TokenState state = WithToken();

        Move(isWall, TimeSpan.FromSeconds(3590) - TimeSpan.FromTicks(1));
        Assert.NotEqual(TokenUse.Start, Decide(state));
        Move(isWall, TimeSpan.FromTicks(1));
        Assert.Equal(TokenUse.Start, Decide(state));
    }

    [Fact]
    public void Decide_ForTheRejectedToken_ReplacesIt() =>
        Assert.Equal(TokenUse.Replace, Decide(WithToken(), rejected: new AccessToken("token", DateTimeOffset.UnixEpoch)));

    [Fact]
    public void Decide_ForATokenThatWasReplaced_UsesTheCurrentOne() =>
        Assert.Equal(TokenUse.Use, Decide(WithToken(), rejected: new AccessToken("another", DateTimeOffset.UnixEpoch)));

    [Fact]
    public void Decide_ForARejectedTokenThatHasExpired_StartsAnOrdinaryAcquisition()
    {
        TokenState state = WithToken();
        _clock.Advance(TestProvider.Hour);

        Assert.Equal(TokenUse.Start, Decide(state, rejected: state.Current!.Token));
    }

    [Fact]
    public void Decide_InAYoungOutage_WaitsForTheBackoffIfItEndsInTime()
    {
        TokenState state = TokenState.Initial.Failed(Failures.Transient(retryAfter: TimeSpan.FromSeconds(3)), _clock);

        Assert.Equal(TokenUse.WaitForBackoff, Decide(state, timeLeft: 3.1));
        Assert.Equal(TokenUse.Fail, Decide(state, timeLeft: 3));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TokenUse.Start, Decide(state, timeLeft: 3));
    }

    [Fact]
    public void Decide_OnceAnOutageIsAsOldAsTheLongestWait_FailsDuringTheBackoff()
    {
        TokenState state = TokenState.Initial.Failed(Failures.Transient(retryAfter: TimeSpan.FromSeconds(12)), _clock);

        _clock.Advance(Options.TokenRequestTimeout - TimeSpan.FromTicks(1));
        Assert.Equal(TokenUse.WaitForBackoff, Decide(state));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(TokenUse.Fail, Decide(state));
    }

    [Fact]
    public void Decide_AfterAPermanentFailure_Fails() =>
        Assert.Equal(TokenUse.Fail, Decide(TokenState.Initial.Failed(Failures.Permanent(), _clock), timeLeft: 60));

    [Fact]
    public void Decide_WhenTheFailureBelongsToOldCredentials_StartsAnother() => Assert.Equal(
        TokenUse.Start, Decide(TokenState.Initial.Failed(Failures.Permanent(), _clock).CredentialsChanged(), hasFailed: true));

    private TokenUse Decide(TokenState state, AccessToken? rejected = null, double timeLeft = 10, bool hasFailed = false, bool isInFlight = false) =>
        RenewalPolicy.Decide(state, new TokenCall(Options, rejected, TimeSpan.FromSeconds(timeLeft), hasFailed), isInFlight, _clock);

    private TokenState WithToken()
    {
        AccessToken token = new("token", _clock.GetUtcNow() + TestProvider.Hour);
        AcquiredToken acquired = new(token, _clock.GetTimestamp(), TestProvider.Hour, RenewAfter: TimeSpan.FromMinutes(55));
        return TokenState.Initial.Acquired(CachedToken.From(acquired, Options, _clock), isForced: false, _clock);
    }

    private void Move(bool isWall, TimeSpan time)
    {
        if (isWall)
        {
            _clock.AdvanceWall(time);
        }
        else
        {
            _clock.AdvanceMonotonic(time);
        }
    }
}
