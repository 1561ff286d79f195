using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>Once an outage is older than TokenRequestTimeout, callers without a token wait for one attempt at most.</summary>
public sealed class OlderOutageTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WhenAnAttemptIsDue_StartsItAndFailsWithIt()
    {
        await _test.StartOlderOutageAsync();

        TokenRequestException failure = await _test.FailAsync(Failures.Transient());

        Assert.Equal("the endpoint is down", failure.Message);
        Assert.InRange(failure.RetryAfter!.Value, Seconds(0.8), Seconds(1));
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WhenAnAttemptIsInFlight_JoinsIt()
    {
        await _test.StartOlderOutageAsync();
        Task<AccessToken> first = _test.GetAsync();
        Task<AccessToken> second = _test.GetAsync();

        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await first.Within()).Value);
        Assert.Equal("token-2", (await second.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_DuringTheBackoff_FailsAtOnceWithItsCauseAndTheTimeOfTheNextRequest()
    {
        await _test.StartOlderOutageAsync();
        TokenRequestException cause = Failures.Transient(retryAfter: Seconds(3));
        await _test.FailAsync(cause);
        _test.Clock.Advance(Seconds(1));

        TokenRequestException first = await _test.FailImmediatelyAsync();
        TokenRequestException second = await _test.FailImmediatelyAsync();

        Assert.Equal("No token request is sent for another 2.0 s because the last one failed: the endpoint is down", first.Message);
        Assert.Equal(Seconds(2), first.RetryAfter);
        Assert.Same(cause, first.InnerException);
        Assert.NotSame(first, second);
    }

    [Fact]
    public async Task GetTokenAsync_AsTheOutageGoesOn_SendsOneRequestPerBackoffUpToFiveSeconds()
    {
        await _test.StartOlderOutageAsync();
        foreach (int seconds in (int[])[1, 2, 4, 5, 5, 5])
        {
            TimeSpan left = (await _test.FailAsync(Failures.Transient())).RetryAfter!.Value;
            Assert.InRange(left, Seconds(seconds * 0.8), Seconds(seconds));
            _test.Clock.Advance(left - TimeSpan.FromTicks(1));
            await _test.FailImmediatelyAsync();
            _test.Clock.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal(7, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_AfterAPermanentFailure_FailsAtOnceForThirtySeconds()
    {
        TokenRequestException failure = await _test.FailAsync(Failures.Permanent());
        Assert.Equal(Seconds(30), failure.RetryAfter);

        _test.Clock.Advance(Seconds(30) - TimeSpan.FromTicks(1));
        Assert.False((await _test.FailImmediatelyAsync()).IsTransient);
        _test.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("token-2", (await _test.CacheTokenAsync()).Value);
    }

    // A caller whose attempt failed comes back after another has started the next.
    [Fact]
    public async Task GetTokenAsync_WhenItFailsWhileTheNextRequestIsInFlight_HasNoRetryAfter()
    {
        await _test.StartOlderOutageAsync();
        Task<AccessToken> inFlight = _test.GetAsync();

        TokenDecision decision = _test.Provider.Cache.OnRequested(
            new TokenCall(_test.Provider.Options.Current, Rejected: null, TimeLeft: Seconds(5), HasFailed: true));

        Assert.Equal(("the endpoint is down", (TimeSpan?)null), (decision.Failure!.Message, decision.Failure.RetryAfter));
        Assert.False(inFlight.IsCompleted);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheBackoffEndsAndNobodyWaits_SendsNothing()
    {
        await _test.StartOlderOutageAsync();
        await _test.FailAsync(Failures.Transient());

        _test.Clock.Advance(TimeSpan.FromDays(1));
        await Soon.UntilAsync(() => _test.Clock.TimersPending == 0);

        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_AfterASuccess_WaitsOnInTheNextOutage()
    {
        await _test.StartOlderOutageAsync();
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TestProvider.Hour);

        Task<AccessToken> waiting = _test.GetAsync();
        await _test.FailAcquisitionAsync();
        Assert.InRange(_test.Provider.Cache.State.BackoffLeft(_test.Clock), Seconds(0.4), Seconds(0.5));
        _test.Clock.Advance(Seconds(0.5));
        (await _test.AcquisitionAsync(4)).Grant();

        Assert.Equal("token-4", (await waiting.Within()).Value);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
