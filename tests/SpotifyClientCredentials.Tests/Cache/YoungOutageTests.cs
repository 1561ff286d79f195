using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>While an outage is younger than TokenRequestTimeout, which is 10 s here, callers without a token wait on, over attempts.</summary>
public sealed class YoungOutageTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WhenTheFirstRequestsFail_WaitsOverTheAttemptsUntilATokenComes()
    {
        Task<AccessToken> waiting = _test.GetAsync();
        foreach ((int attempt, double backoff) in ((int, double)[])[(1, 0.5), (2, 1), (3, 2)])
        {
            await _test.FailAcquisitionAsync(number: attempt);
            Assert.InRange(_test.Provider.Cache.State.BackoffLeft(_test.Clock), Seconds(backoff * 0.8), Seconds(backoff));
            _test.Clock.Advance(Seconds(backoff));
        }

        (await _test.AcquisitionAsync(4)).Grant();

        Assert.Equal("token-4", (await waiting.Within()).Value);
        Assert.Equal(4, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_DuringTheBackoff_WaitsToo()
    {
        Task<AccessToken> first = _test.GetAsync();
        await _test.FailAcquisitionAsync();
        _test.Clock.Advance(Seconds(0.39));

        Task<AccessToken> second = _test.GetAsync();
        Assert.False(second.IsCompleted);
        Assert.Equal(1, _test.AcquisitionsStarted);
        _test.Clock.Advance(Seconds(0.11));
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await first.Within()).Value);
        Assert.Equal("token-2", (await second.Within()).Value);
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_AfterAThawWhoseFirstRequestFindsADeadConnection_GetsTheTokenOfTheSecond()
    {
        SplitClock clock = new();
        using TestProvider frozen = new(clock: clock);
        await frozen.CacheTokenAsync();
        clock.AdvanceWall(TimeSpan.FromHours(7));

        Task<AccessToken> first = frozen.GetAsync();
        await frozen.FailAcquisitionAsync();
        clock.Advance(Seconds(0.5));
        (await frozen.AcquisitionAsync(3)).Grant();

        Assert.Equal("token-3", (await first.Within()).Value);
    }

    // The outage begins when the failure is seen, not when the request was sent.
    [Fact]
    public async Task GetTokenAsync_WhenTheFirstRequestFailsLate_StillWaitsForTheNext()
    {
        Task<AccessToken> waiting = _test.GetAsync();
        await _test.AcquisitionAsync(1);
        _test.Clock.Advance(Seconds(9));

        await _test.FailAcquisitionAsync();
        _test.Clock.Advance(Seconds(0.5));
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheNextAttemptLiesBeyondItsLimit_FailsAtOnceWithTheTimeOfThatAttempt()
    {
        Task<AccessToken> early = _test.GetAsync();
        await _test.AcquisitionAsync(1);
        _test.Clock.Advance(Seconds(6));
        Task<AccessToken> late = _test.GetAsync();

        await _test.FailAcquisitionAsync(Failures.Transient(retryAfter: Seconds(5)));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => early).Within();
        Assert.Equal(("the endpoint is down", true, Seconds(5)), (failure.Message, failure.IsTransient, failure.RetryAfter));
        Assert.False(late.IsCompleted);
        _test.Clock.Advance(Seconds(5));
        (await _test.AcquisitionAsync(2)).Grant();
        Assert.Equal("token-2", (await late.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_WithARetryAfterLongerThanItsLimit_FailsAtOnce()
    {
        TokenRequestException failure = await _test.FailAsync(Failures.Transient(retryAfter: Seconds(20)));

        Assert.Equal(Seconds(20), failure.RetryAfter);
        Assert.Equal(Seconds(20), (await _test.FailImmediatelyAsync()).RetryAfter);
    }

    [Fact]
    public async Task GetTokenAsync_WhenALaterFailureIsPermanent_FailsAtOnce()
    {
        Task<AccessToken> waiting = _test.GetAsync();
        await _test.FailAcquisitionAsync();
        _test.Clock.Advance(Seconds(0.5));

        await _test.FailAcquisitionAsync(Failures.Permanent(), number: 2);

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => waiting).Within();
        Assert.Equal(("the credentials are wrong", false, Seconds(30)), (failure.Message, failure.IsTransient, failure.RetryAfter));
    }

    [Fact]
    public async Task GetTokenAsync_WhenASecondRequestHangs_EndsAtItsOwnLimit()
    {
        Task<AccessToken> early = _test.GetAsync();
        await _test.FailAcquisitionAsync();
        _test.Clock.Advance(Seconds(0.5));
        await _test.AcquisitionAsync(2);
        await Soon.UntilAsync(() => _test.Clock.TimersPending == 2); // of the acquisition and of the caller
        Task<AccessToken> late = _test.GetAsync();

        _test.Clock.Advance(Seconds(9.5));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => early).Within();
        Assert.Equal("No access token came from https://accounts.spotify.com/api/token within 10 s (TokenRequestTimeout).", failure.Message);
        Assert.Null(failure.RetryAfter);
        Assert.False(late.IsCompleted);
        _test.Source.Acquisitions[1].Grant();
        Assert.Equal("token-2", (await late.Within()).Value);
    }

    // Timers count whole milliseconds, so that of the caller fires before its time is over by the clock.
    [Fact]
    public async Task GetTokenAsync_WithAFractionOfAMillisecondLeft_EndsInsteadOfAskingAgainAndAgain()
    {
        Task<AccessToken> waiting = _test.GetAsync();
        await _test.FailAcquisitionAsync();
        _test.Clock.Advance(Seconds(0.5) + TimeSpan.FromTicks(1));
        await _test.AcquisitionAsync(2);
        await Soon.UntilAsync(() => _test.Clock.TimersPending == 2);

        await Task.Run(() => _test.Clock.Advance(Seconds(9.499))).Within();

        await Assert.ThrowsAsync<TokenRequestException>(() => waiting).Within();
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheRequestTimesOutWithTheCaller_SaysWhenTheNextMayBeSent()
    {
        Task<AccessToken> waiting = _test.GetAsync();
        await _test.AcquisitionAsync(1);

        _test.Clock.Advance(Seconds(10));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => waiting).Within();
        Assert.Equal("No access token came from https://accounts.spotify.com/api/token within 10 s (TokenRequestTimeout).", failure.Message);
        Assert.InRange(failure.RetryAfter!.Value, Seconds(0.4), Seconds(0.5));
    }

    [Fact]
    public async Task GetTokenAsync_WhenOneCallerCancelsDuringTheBackoff_EndsOnlyThatCall()
    {
        using CancellationTokenSource cancelling = new();
        Task<AccessToken> cancelled = _test.GetAsync(cancelling.Token);
        Task<AccessToken> other = _test.GetAsync();
        await _test.FailAcquisitionAsync();

        cancelling.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled).Within();
        _test.Clock.Advance(Seconds(0.5));
        (await _test.AcquisitionAsync(2)).Grant();
        Assert.Equal("token-2", (await other.Within()).Value);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
