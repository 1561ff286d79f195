using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class AcquisitionTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TestClock _clock = new();
    private readonly CancellationTokenSource _reset = new();
    private readonly Acquisition _acquisition;

    public AcquisitionTests() => _acquisition = new Acquisition(
        new AcquisitionRequest(TestOptions.CreateValid(), _clock.GetTimestamp()) { ResetCancellation = _reset.Token }, isRenewal: false, _clock);

    public void Dispose()
    {
        _acquisition.Dispose();
        _reset.Dispose();
    }

    [Fact]
    public void WaitAsync_WithALimitAfterTheAcquisitions_SetsNoTimer()
    {
        _clock.Advance(TimeSpan.FromSeconds(3));

        _ = _acquisition.WaitAsync(Limit - TimeSpan.FromSeconds(3), CancellationToken.None);

        Assert.Equal(1, _clock.TimersSet);
    }

    [Fact]
    public async Task WaitAsync_WithALimitBeforeTheAcquisitions_ThrowsTimeoutException()
    {
        Task<AcquisitionResult> waiting = _acquisition.WaitAsync(TimeSpan.FromSeconds(1), CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => waiting).Within();
    }

    [Fact]
    public async Task Supersede_WhileACallerWaits_ReturnsSuperseded()
    {
        Task<AcquisitionResult> waiting = _acquisition.WaitAsync(Limit, CancellationToken.None);

        Acquisition.Supersede(_acquisition, reset: null);

        Assert.Same(AcquisitionResult.Superseded, await waiting.Within());
    }

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
    public async Task Start_WithAResult_AppliesItBeforeCallersGetIt()
    {
        bool wasApplied = false;
        ScriptedTokenSource source = new(_clock) { Response = acquisition => acquisition.Grant() };

        _acquisition.Start(source, _ => wasApplied = true);

        Assert.Equal("token-1", (await _acquisition.WaitAsync(Limit, CancellationToken.None).Within()).Token!.Token.Value);
        Assert.True(wasApplied);
    }

    [Fact]
    public async Task Start_WhenApplyingTheResultThrows_StillCompletes()
    {
        ScriptedTokenSource source = new(_clock) { Response = acquisition => acquisition.Grant() };

        _acquisition.Start(source, _ => throw new InvalidOperationException("a logger's"));

        Assert.Equal("token-1", (await _acquisition.WaitAsync(Limit, CancellationToken.None).Within()).Token!.Token.Value);
    }

    [Fact]
    public async Task AcquireAsync_WhenTheSourceCancelsItself_IsATransientFailure()
    {
        ScriptedTokenSource source = new(_clock) { Response = acquisition => acquisition.Cancel() };

        AcquisitionResult result = await _acquisition.AcquireAsync(source).Within();

        Assert.True(result.Failure!.IsTransient);
        Assert.StartsWith("The token request to https://accounts.spotify.com/api/token failed:", result.Failure.Message, StringComparison.Ordinal);
    }
}
