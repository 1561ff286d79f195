using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach.Situations;

/// <summary>A token endpoint that is down, a process that was frozen and a machine that slept.</summary>
public sealed class OutageTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SevenHours = TimeSpan.FromHours(7);

    private readonly SplitClock _clock = new();
    private readonly Situation _situation;

    public OutageTests() => _situation = new Situation(_clock);

    public void Dispose() => _situation.Dispose();

    [Fact]
    public async Task SendAsync_OutageOf4SecondsAtAColdStart_FailsNoCallAndCosts5TokenRequests()
    {
        _situation.Endpoint = () => _situation.Now < 4 * Second ? EndpointState.Unavailable : EndpointState.Healthy;

        await _situation.RunConcurrentlyAsync(20 * Second, 0.1 * Second, "search");

        Assert.Equal(200, _situation.Calls.Count);
        Assert.Empty(_situation.FailedCalls);
        Assert.Equal(5, _situation.TokenRequests);
    }

    [Fact]
    public async Task SendAsync_OutageForTheRestOfTheTokensLife_UsesTheTokenUntil10SecondsBeforeItExpires()
    {
        _situation.Endpoint = () => _situation.Now < Second ? EndpointState.Healthy : EndpointState.Unavailable;

        await _situation.RunAsync(TimeSpan.FromHours(1), Second, _ => ["search"]);

        Assert.Equal(Enumerable.Range(3590, 10).Select(second => second * Second), _situation.FailedCalls.Select(call => call.At));
        Assert.All(_situation.FailedCalls, call => Assert.IsType<TokenRequestException>(call.Failure));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_FirstTokenRequestAfterAFreezeFails_FailsNoCall(bool doesMonotonicClockStandStill)
    {
        await _situation.CallAsync("search");
        Freeze(doesMonotonicClockStandStill);
        int requests = 0;
        _situation.Endpoint = () => ++requests == 1 ? EndpointState.ConnectionReset : EndpointState.Healthy;

        await _situation.RunConcurrentlyAsync(5 * Second, 0.1 * Second, "search");

        Assert.Equal(51, _situation.Calls.Count);
        Assert.Empty(_situation.FailedCalls);
        Assert.Equal(2, requests);
    }

    /// <summary>Its time limit is over at the thaw, and it fails before the first call.</summary>
    [Fact]
    public async Task SendAsync_FrozenDuringATokenRequest_FailsNoCall()
    {
        await _situation.CallAsync("search");
        _situation.Endpoint = () => EndpointState.Silent;
        _clock.Advance(TimeSpan.FromMinutes(56));
        await _situation.CallAsync("search");
        await Soon.UntilAsync(() => _situation.TokenRequests == 2);

        Freeze(doesMonotonicClockStandStill: false);
        await Soon.UntilAsync(() => _situation.Logs.Events(3).Any());
        _situation.Endpoint = () => EndpointState.Healthy;
        await _situation.RunConcurrentlyAsync(5 * Second, 0.1 * Second, "search");

        Assert.Equal(52, _situation.Calls.Count);
        Assert.Empty(_situation.FailedCalls);
    }

    /// <summary>The monotonic clock stands still while a machine sleeps.</summary>
    [Fact]
    public async Task SendAsync_AfterASleepOfSevenHours_SendsNoOldToken()
    {
        await _situation.CallAsync("search");
        Freeze(doesMonotonicClockStandStill: true);

        Call call = await _situation.CallAsync("search").Within();

        Assert.True(call.Succeeded);
        Assert.Equal(TimeSpan.Zero, _situation.OldestReceived);
        Assert.Equal(2, _situation.TokenRequests);
    }

    private void Freeze(bool doesMonotonicClockStandStill)
    {
        if (doesMonotonicClockStandStill)
        {
            _clock.AdvanceWall(SevenHours);
        }
        else
        {
            _clock.Advance(SevenHours);
        }
    }
}
