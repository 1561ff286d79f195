using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B13]: after changed credentials, and after Dispose, nothing that comes late is stored.</summary>
public sealed class CancelledWriteTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly ChangeableOptions _options = new();
    private readonly ScriptedStore _store;
    private readonly ScriptedTokenSource _endpoint;
    private readonly RecordingLoggerProvider _logs = new();
    private readonly TokenSharing _sharing;
    private readonly ClientCredentialsTokenProvider _provider;

    public CancelledWriteTests()
    {
        _store = new ScriptedStore(_clock);
        _endpoint = new ScriptedTokenSource(_clock) { HeedsCancellation = false };
        var logger = _logs.ForProvider();
        _sharing = new TokenSharing { Cache = _store, StoreTimeout = TimeSpan.FromSeconds(2), TryAcquireLock = null };
        _provider = new ClientCredentialsTokenProvider(
            new OptionsSource(() => _options, [_options], new ConfigurationKeys(""), logger, () => _sharing),
            new SharedTokenSource(_endpoint, _clock, logger, Telemetry.OfProcess),
            _clock,
            logger,
            Telemetry.OfProcess);
    }

    public void Dispose() => _provider.Dispose();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task AcquireAsync_WhenItsCredentialsAreReplacedMeanwhile_StoresNothing(bool isForgotten, int writes)
    {
        using CancellationTokenSource writeCancellation = new();
        SharedTokenSource source = new(_endpoint, _clock, _logs.ForProvider(), Telemetry.OfProcess);
        AcquisitionRequest request = new(new OptionsSnapshot(_options.Create(""), new ConfigurationKeys(""), _sharing), _clock.GetTimestamp()) { WriteCancellation = writeCancellation.Token };
        Task<AcquiredToken> acquiring = source.AcquireAsync(request, CancellationToken.None);
        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 1);
        int timers = _clock.TimersSet;

        if (isForgotten)
        {
            await writeCancellation.CancelAsync();
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
    public async Task Acquisition_InFlightWhenItsCredentialsAreReplaced_KnowsIt(bool isDisposed)
    {
        Task<AccessToken> waiting = GetAsync();
        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 1);
        Assert.False(_endpoint.Acquisitions[0].Request.WriteCancellation.IsCancellationRequested);

        Reset(isDisposed);

        Assert.True(_endpoint.Acquisitions[0].Request.WriteCancellation.IsCancellationRequested);
        if (isDisposed)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting).Within();
            return;
        }

        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 2);
        Assert.False(_endpoint.Acquisitions[1].Request.WriteCancellation.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_ThatIsInFlightWhenItsCredentialsAreReplaced_IsCancelledAndNotRepeated(bool isDisposed)
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
    public async Task Write_ThatFailsAsItsCredentialsAreReplaced_IsNotTriedAgain()
    {
        _store.OnSet = _ =>
        {
            _provider.Dispose();
            throw new InvalidOperationException("scripted");
        };
        Task<AccessToken> getting = GetAsync();
        await Soon.UntilAsync(() => _endpoint.Acquisitions.Count == 1);
        _endpoint.Acquisitions[0].Grant();
        // Whether the token or Dispose comes first.
        await Task.WhenAny(getting).Within();

        await Soon.UntilAsync(() => _store.Calls.Contains("set") && _clock.TimersPending == 0);
        Assert.Equal(["get", "set"], _store.Calls);
        Assert.Empty(_logs.Events(6));
    }

    [Fact]
    public async Task Token_AfterOtherSettingsChanged_IsStored()
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
