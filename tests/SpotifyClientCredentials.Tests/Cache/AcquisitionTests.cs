using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class AcquisitionTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TestClock _clock = new();
    private readonly Acquisition _acquisition;

    public AcquisitionTests() => _acquisition = new Acquisition(new AcquisitionRequest(TestOptions.CreateValid(), _clock.GetTimestamp()), _clock);

    public void Dispose() => _acquisition.Dispose();

    [Fact]
    public void WaitAsync_ByWhomItsOwnLimitSuffices_SetsNoTimer()
    {
        _clock.Advance(TimeSpan.FromSeconds(3));

        _ = _acquisition.WaitAsync(Limit - TimeSpan.FromSeconds(3), CancellationToken.None);

        Assert.Equal(1, _clock.TimersSet);
    }

    [Fact]
    public async Task WaitAsync_ByWhomHasLessTimeLeft_EndsThen()
    {
        Task<AcquisitionResult> waiting = _acquisition.WaitAsync(TimeSpan.FromSeconds(1), CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => waiting).Within();
        Assert.False(_acquisition.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task Supersede_WhileWaitedFor_SendsWaitersOnAndCancels()
    {
        Task<AcquisitionResult> waiting = _acquisition.WaitAsync(Limit, CancellationToken.None);

        _acquisition.Supersede();

        Assert.Same(AcquisitionResult.Superseded, await waiting.Within());
        Assert.True(_acquisition.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task Supersede_OnceItHasEnded_ChangesNothing()
    {
        AcquisitionResult result = new() { Failure = new TokenRequestException("scripted", isTransient: true) };
        _acquisition.Complete(result);
        _acquisition.Dispose();

        _acquisition.Supersede();

        Assert.Same(result, await _acquisition.WaitAsync(Limit, CancellationToken.None).Within());
    }

    [Fact]
    public async Task AcquireAsync_FromASourceThatIsCancelledOfItsOwn_IsATransientFailure()
    {
        ScriptedTokenSource source = new(_clock) { Response = acquisition => acquisition.Cancel() };

        AcquisitionResult result = await _acquisition.AcquireAsync(source).Within();

        Assert.True(result.Failure!.IsTransient);
        Assert.StartsWith("The token request to https://accounts.spotify.com/api/token failed:", result.Failure.Message, StringComparison.Ordinal);
    }
}
