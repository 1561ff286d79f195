using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>Acquisitions that end, expiry and changed credentials, each in the states for which it means something.</summary>
public sealed class TokenStateTests
{
    private const string UserPath = "GET /v1/me";

    private static readonly OptionsSnapshot Options = TestOptions.CreateValid();

    private readonly SplitClock _clock = new();

    private long Now => _clock.GetTimestamp();

    [Fact]
    public void Acquired_AtFirst_IsCurrentAndAwaitsAcceptance()
    {
        TokenState state = Acquired(TokenState.Initial, "first");

        Assert.Equal("first", state.Current!.Token.Value);
        Assert.Null(state.Previous);
        Assert.True(state.AwaitsAcceptance);
        Assert.False(state.HasAccepted(Token("first")));
    }

    [Fact]
    public void Acquired_AfterAnother_KeepsTheOneBefore()
    {
        TokenState state = Acquired(Acquired(Acquired(TokenState.Initial, "first"), "second"), "third");

        Assert.Equal([false, true, true, false], ((string?[])["first", "second", "third", null]).Select(state.Knows));
    }

    [Fact]
    public void Acquired_AfterFailures_EndsTheOutage() =>
        Assert.Null(Acquired(TokenState.Initial.Failed(Failures.Transient(), _clock), "first").Backoff);

    [Fact]
    public void Acquired_InPlaceOfASuspectToken_IsNotSuspect() =>
        Assert.False(Acquired(Acquired(TokenState.Initial, "first").Rejected(), "second", isForced: true).Current!.IsSuspect);

    [Fact]
    public void Acquired_ByForceFromTheEndpoint_IsChargedToTheBucket()
    {
        TokenState ordinary = Acquired(TokenState.Initial, "first");

        Assert.Same(ForcedRenewals.None, Acquired(ordinary, "second").Forced);
        Assert.Same(ForcedRenewals.None, Acquired(ordinary, "second", isForced: true, isFromStore: true).Forced);
        TokenState forced = Acquired(ordinary, "second", isForced: true);
        Assert.Equal((1, Now), (forced.Forced.InRow, forced.Forced.LastAt));
        Assert.True(forced.Current!.IsForced);
    }

    [Fact]
    public void Acquired_InTheOrdinaryWay_EndsARow()
    {
        TokenState state = Acquired(Acquired(TokenState.Initial, "first"), "second", isForced: true);

        Assert.Equal((1, 0), (state.Forced.InRow, Acquired(state, "third").Forced.InRow));
    }

    [Fact]
    public void Failed_WithoutAToken_BacksOff()
    {
        TokenState state = TokenState.Initial.Failed(Failures.Transient(), _clock).Failed(Failures.Transient(), _clock);

        Assert.Equal(2, state.Backoff!.Failures);
        Assert.InRange(state.BackoffLeft(_clock), TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1));
        Assert.Null(state.Current);
    }

    [Theory]
    [InlineData(false, 24, 30)]
    [InlineData(true, 4, 5)]
    public void Failed_WithAUsableToken_BacksOffForLongerUnlessItIsSuspect(bool isSuspect, int shortest, int longest)
    {
        TokenState state = Acquired(TokenState.Initial, "first");
        state = isSuspect ? state.Rejected() : state;
        for (int failure = 0; failure < 8; failure++)
        {
            state = state.Failed(Failures.Transient(), _clock);
        }

        Assert.InRange(state.BackoffLeft(_clock), TimeSpan.FromSeconds(shortest), TimeSpan.FromSeconds(longest));
    }

    [Fact]
    public void Failed_OfARenewalThatIsDue_IsFreeUntilTheBackoffEnds()
    {
        TokenState state = Acquired(TokenState.Initial, "first");
        _clock.Advance(TimeSpan.FromMinutes(56));

        state = state.Renewing();
        Assert.Equal(state.Current!.UsableUntilUtc, state.Current.FreeUntil);
        state = state.Failed(Failures.Transient(), _clock);
        Assert.Equal(_clock.GetUtcNow() + state.Backoff!.Length, state.Current!.FreeUntil);
    }

    [Fact]
    public void Failed_OfAForcedRenewal_DoesNotBringTheOrdinaryOneForward()
    {
        TokenState state = Acquired(TokenState.Initial, "first");
        DateTimeOffset due = state.Current!.FreeUntil;

        Assert.Equal(due, state.Rejected().Renewing().Failed(Failures.Transient(), _clock).Current!.FreeUntil);
    }

    [Fact]
    public void Failed_WithAnExpiredToken_LeavesItExpired()
    {
        TokenState state = Acquired(TokenState.Initial, "first");
        _clock.AdvanceMonotonic(TestProvider.Hour);

        Assert.Equal(DateTimeOffset.MinValue, state.Expired().Failed(Failures.Transient(), _clock).Current!.FreeUntil);
    }

    [Fact]
    public void Expired_ByEitherClock_EndsTheFastPath() =>
        Assert.Equal(DateTimeOffset.MinValue, Acquired(TokenState.Initial, "first").Expired().Current!.FreeUntil);

    [Fact]
    public void CredentialsChanged_InAnyState_LeavesOnlyTheValueThatMessagesMayStillCarry()
    {
        TokenState state = Acquired(Acquired(TokenState.Initial, "first"), "second", isForced: true)
            .RefusedByPath(Token("second"), UserPath, _clock).Failed(Failures.Permanent(), _clock).Rejected();

        TokenState changed = state.CredentialsChanged();

        Assert.Equal((null, null), (changed.Current, changed.Backoff));
        Assert.Same(ForcedRenewals.None, changed.Forced);
        Assert.True(changed.Refused.IsEmpty);
        Assert.True(changed.Knows("second"));
        Assert.True(changed.CredentialsChanged().Knows("second"));
    }

    private TokenState Acquired(TokenState state, string value, bool isForced = false, bool isFromStore = false)
    {
        AccessToken token = new(value, _clock.GetUtcNow() + TestProvider.Hour) { IsFromStore = isFromStore };
        AcquiredToken acquired = new(token, Now, TestProvider.Hour, RenewAfter: TimeSpan.FromMinutes(55));
        return state.Acquired(CachedToken.From(acquired, Options, _clock), isForced, _clock);
    }

    private static AccessToken Token(string value) => new(value, DateTimeOffset.UnixEpoch);
}
