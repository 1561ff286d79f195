using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>What the Web API says of a token: rejected, accepted, refused by a path.</summary>
public sealed class TokenStateRejectionTests
{
    private const string Path = "GET /v1/tracks";
    private const string UserPath = "GET /v1/me";

    private static readonly OptionsSnapshot Options = TestOptions.CreateValid();

    private readonly TestClock _clock = new();

    private long Now => _clock.GetTimestamp();

    [Fact]
    public void Rejected_DuringALongBackoff_ShortensIt()
    {
        TokenState state = Acquired(TokenState.Initial, "first");
        for (int failure = 0; failure < 8; failure++)
        {
            state = state.Failed(Failures.Transient(), _clock);
        }

        state = state.Rejected();

        Assert.True(state.Current!.IsSuspect);
        Assert.Equal(TimeSpan.FromSeconds(5), state.BackoffLeft(_clock));
        Assert.Same(state, state.Rejected());
    }

    [Fact]
    public void Accepted_OfTheCurrentToken_ClearsTheSuspicionAndTheRow()
    {
        TokenState state = Acquired(Acquired(TokenState.Initial, "first"), "second", isForced: true).Rejected();

        state = state.Accepted(Token("second"), Path, Now);

        Assert.Equal((true, false), (state.Current!.IsAccepted, state.Current.IsSuspect));
        Assert.Equal(0, state.Forced.InRow);
        Assert.False(state.AwaitsAcceptance);
        Assert.True(state.HasAccepted(Token("second")));
        Assert.False(state.HasAccepted(Token("first")));
    }

    [Fact]
    public void Accepted_OfAnotherToken_SaysNothingOfTheCurrentOne()
    {
        TokenState state = Acquired(Acquired(TokenState.Initial, "first"), "second", isForced: true);

        Assert.Same(state, state.Accepted(Token("first"), Path, Now));
        Assert.Same(TokenState.Initial, TokenState.Initial.Accepted(Token("first"), Path, Now));
    }

    [Fact]
    public void Accepted_AfterARejectionOfAnAcceptedToken_IsAwaitedAgain()
    {
        TokenState state = Acquired(TokenState.Initial, "first").Accepted(Token("first"), Path, Now);

        Assert.True(state.Rejected().AwaitsAcceptance);
        Assert.True(state.Rejected().HasAccepted(Token("first")));
        Assert.False(state.Rejected().Accepted(Token("first"), Path, Now).AwaitsAcceptance);
    }

    [Fact]
    public void RefusedByPath_OfATokenThatWasAccepted_IsAboutThePathForAWindow()
    {
        TokenState state = Acquired(TokenState.Initial, "fresh").Accepted(Token("fresh"), Path, Now).RefusedByPath(Token("fresh"), UserPath, _clock);

        Assert.True(state.AwaitsAcceptance);
        Assert.True(state.Refused.Contains(UserPath, Now));
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.True(state.Refused.Contains(UserPath, Now));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(state.Refused.Contains(UserPath, Now));
    }

    [Fact]
    public void RefusedByPath_OfATokenThatNobodyAccepted_IsAboutThePathOnceItIsAcceptedElsewhere()
    {
        TokenState state = Acquired(TokenState.Initial, "fresh").RefusedByPath(Token("fresh"), UserPath, _clock);
        Assert.False(state.Refused.Contains(UserPath, Now));

        Assert.True(Acquired(state, "newer").Accepted(Token("fresh"), Path, Now).Refused.Contains(UserPath, Now));
        Assert.False(Acquired(state, "newer").Accepted(Token("newer"), Path, Now).Refused.Contains(UserPath, Now));
    }

    [Fact]
    public void RefusedByPath_OfATokenThatThisPathHadAccepted_IsAboutThePathOnceItIsAcceptedElsewhere()
    {
        TokenState state = Acquired(TokenState.Initial, "fresh").Accepted(Token("fresh"), UserPath, Now).RefusedByPath(Token("fresh"), UserPath, _clock);
        Assert.False(state.Refused.Contains(UserPath, Now));

        Assert.True(state.Accepted(Token("fresh"), Path, Now).Refused.Contains(UserPath, Now));
    }

    [Fact]
    public void RefusedByPath_OfAnOlderTokenThanTheAccepted_IsNotAboutThePath() => Assert.False(
        Acquired(TokenState.Initial, "newer").Accepted(Token("newer"), Path, Now).RefusedByPath(Token("fresh"), UserPath, _clock).Refused.Contains(UserPath, Now));

    [Fact]
    public void RefusedByPath_AfterTheCredentialsChanged_IsIgnored() =>
        Assert.Same(TokenState.Initial, TokenState.Initial.RefusedByPath(Token("fresh"), UserPath, _clock));

    private TokenState Acquired(TokenState state, string value, bool isForced = false, bool isFromStore = false)
    {
        AccessToken token = new(value, _clock.GetUtcNow() + TestProvider.Hour) { IsFromStore = isFromStore };
        AcquiredToken acquired = new(token, Now, TestProvider.Hour, RenewAfter: TimeSpan.FromMinutes(55));
        return state.Acquired(CachedToken.From(acquired, Options, _clock), isForced, _clock);
    }

    private static AccessToken Token(string value) => new(value, DateTimeOffset.UnixEpoch);
}
