using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class AcquisitionTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly CancellationTokenSource _reset = new();
    private readonly Acquisition _acquisition;

    public AcquisitionTests() => _acquisition = new Acquisition(
        new AcquisitionRequest(TestOptions.CreateValid(), _clock.GetTimestamp()) { ResetCancellation = _reset.Token }, _clock);

    public void Dispose()
    {
        _acquisition.Dispose();
        _reset.Dispose();
    }

    [Fact]
    public void EndsWithin_AsTimePasses_ComparesWithTheRestOfItsLimit()
    {
        _clock.Advance(TimeSpan.FromSeconds(3));

        Assert.True(_acquisition.EndsWithin(TimeSpan.FromSeconds(7)));
        Assert.False(_acquisition.EndsWithin(TimeSpan.FromSeconds(7) - TimeSpan.FromTicks(1)));
    }

    [Fact]
    public async Task Supersede_WhileACallerWaits_EndsTheWaitWithNeitherTokenNorFailure()
    {
        Acquisition.Supersede(_acquisition, reset: null);

        AcquisitionResult result = await _acquisition.Ended.Within();
        Assert.Equal((null, null), (result.Token, result.Failure));
    }

    [Fact]
    public void Supersede_OfNothing_DoesNothing() => Acquisition.Supersede(inFlight: null, reset: null);

    [Fact]
    public async Task AcquireAsync_WhenTheCredentialsChange_CancelsTheSource()
    {
        ScriptedTokenSource source = new(_clock);
        Task<AcquisitionResult> acquiring = _acquisition.AcquireAsync(source);
        await Soon.UntilAsync(() => source.Acquisitions.Count == 1);

        await _reset.CancelAsync();

        Assert.NotNull((await acquiring.Within()).Failure);
        Assert.True(source.Acquisitions[0].CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task AcquireAsync_WhenTheSourceCancelsItself_IsATransientFailure()
    {
        ScriptedTokenSource source = new(_clock) { Response = acquisition => acquisition.Cancel() };

        AcquisitionResult result = await _acquisition.AcquireAsync(source).Within();

        Assert.True(result.Failure!.IsTransient);
        Assert.StartsWith("The token request to https://accounts.spotify.com/api/token failed:", result.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithAResult_AppliesItBeforeCallersGetIt()
    {
        bool wasApplied = false;
        ScriptedTokenSource source = new(_clock) { Response = acquisition => acquisition.Grant() };

        _acquisition.Start(source, _ => wasApplied = !_acquisition.Ended.IsCompleted);

        Assert.Equal("token-1", (await _acquisition.Ended.Within()).Token!.Token.Value);
        Assert.True(wasApplied);
    }

    [Fact]
    public async Task Start_WhenApplyingTheResultThrows_StillEnds()
    {
        ScriptedTokenSource source = new(_clock) { Response = acquisition => acquisition.Grant() };

        _acquisition.Start(source, _ => throw new InvalidOperationException("a logger's"));

        Assert.Equal("token-1", (await _acquisition.Ended.Within()).Token!.Token.Value);
    }

    [Fact]
    public async Task Start_WhenItHasEnded_LeavesNoTimer()
    {
        ScriptedTokenSource source = new(_clock) { Response = acquisition => acquisition.Grant() };

        _acquisition.Start(source, _ => { });

        await Soon.UntilAsync(() => _clock.TimersPending == 0);
    }
}
