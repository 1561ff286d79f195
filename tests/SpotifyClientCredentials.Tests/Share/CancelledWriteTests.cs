using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B13]: after changed credentials and after Dispose, a late token isn't stored.</summary>
public sealed class CancelledWriteTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly ChangeableOptions _options = new();
    private readonly ScriptedStore _store;
    private readonly ScriptedTokenSource _endpoint;
    private readonly RecordingLoggerProvider _logs = new();
    private readonly ClientCredentialsTokenProvider _provider;

    public CancelledWriteTests()
    {
        _store = new ScriptedStore(_clock);
        _endpoint = new ScriptedTokenSource(_clock) { HonorsCancellation = false };
        var logger = _logs.ForProvider();
        _options.Sharing = new TokenSharingOptions { Cache = _store };
        _provider = new ClientCredentialsTokenProvider(
            new OptionsSource(() => _options, [_options], new ConfigurationKeys(""), _clock, logger),
            new SharedTokenSource(_endpoint, _clock, logger, Telemetry.Shared),
            _clock,
            logger,
            Telemetry.Shared);
    }

    public void Dispose() => _provider.Dispose();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task AcquireAsync_WhenCredentialsChangeMeanwhile_StoresNothing(bool isReset, int writes)
    {
        using CancellationTokenSource reset = new();
        SharedTokenSource source = new(_endpoint, _clock, _logs.ForProvider(), Telemetry.Shared);
        AcquisitionRequest request = new(new OptionsSnapshot(_options.Create(""), "", "keys"), _clock.GetTimestamp()) { ResetCancellation = reset.Token };
        Task<AcquiredToken> acquiring = source.AcquireAsync(request, CancellationToken.None);
        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 1);
        int timers = _clock.TimersSet;

        if (isReset)
        {
            await reset.CancelAsync();
        }

        _endpoint.Acquisitions[0].Grant();
        await acquiring.Within();

        // A write begins with its time limit, before the token is returned.
        Assert.Equal(writes, _clock.TimersSet - timers);
        await Soon.UntilAsync(() => _clock.TimersPending == 0);
        Assert.Equal(writes, _store.Keys.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResetCancellation_OfAnAcquisitionInFlight_IsCancelledByChangedCredentialsAndDispose(bool isDisposed)
    {
        Task<AccessToken> waiting = GetAsync();
        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 1);
        Assert.False(_endpoint.Acquisitions[0].Request.ResetCancellation.IsCancellationRequested);

        Reset(isDisposed);

        Assert.True(_endpoint.Acquisitions[0].Request.ResetCancellation.IsCancellationRequested);
        if (isDisposed)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting).Within();
            return;
        }

        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 2);
        Assert.False(_endpoint.Acquisitions[1].Request.ResetCancellation.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_InFlightWhenCredentialsChange_IsCancelledAndNotRepeated(bool isDisposed)
    {
        TaskCompletionSource<CancellationToken> writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.OnSet = async end =>
        {
            writing.TrySetResult(end);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end);
        };
        Task<AccessToken> getting = GetAsync();
        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 1);
        _endpoint.Acquisitions[0].Grant();
        await getting.Within();
        CancellationToken end = await writing.Task.Within();
        Assert.False(end.IsCancellationRequested);

        Reset(isDisposed);

        Assert.True(end.IsCancellationRequested);
        await Soon.UntilAsync(() => _clock.TimersPending == 0);
        Assert.Equal(["get", "set"], _store.Calls);
        Assert.Empty(_store.Keys);
        Assert.Empty(_logs.Events(6));
    }

    [Fact]
    public async Task Write_ThatFailsAfterDispose_IsNotRepeated()
    {
        _store.OnSet = _ =>
        {
            _provider.Dispose();
            throw new InvalidOperationException("scripted");
        };
        Task<AccessToken> getting = GetAsync();
        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 1);
        _endpoint.Acquisitions[0].Grant();
        // Either the token or Dispose comes first.
        await Task.WhenAny(getting).Within();

        await Soon.UntilAsync(() => _store.Calls.Contains("set") && _clock.TimersPending == 0);
        Assert.Equal(["get", "set"], _store.Calls);
        Assert.Empty(_logs.Events(6));
    }

    [Fact]
    public async Task Write_AfterOtherSettingsChanged_StoresTheToken()
    {
        Task<AccessToken> getting = GetAsync();
        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 1);

        _options.RenewalWindow = TimeSpan.FromMinutes(1);
        _options.Fire();
        _endpoint.Acquisitions[0].Grant();
        await getting.Within();

        await Soon.UntilAsync(() => _store.Keys.Count == 1);
    }

    private Task<AccessToken> GetAsync() => _provider.GetTokenAsync().AsTask();

    private void Reset(bool isDisposed)
    {
        if (isDisposed)
        {
            _provider.Dispose();
            return;
        }

        _options.Secret++;
        _options.Fire();
    }
}
