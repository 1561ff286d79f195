using BenchmarkDotNet.Attributes;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>
/// The three calls that telemetry adds to an acquisition: for an attempt, for a look into the shared store, and for its end. Nobody listens;
/// the figures are of one call. The cached token is handed out without any of them.
/// </summary>
[MemoryDiagnoser]
public class TelemetryBenchmarks
{
    private const int Calls = 3;

    private readonly Telemetry _telemetry = Telemetry.OfProcess;
    private bool _isHeard;
    private OptionsSnapshot _options = null!;
    private Acquisition _acquisition = null!;
    private AcquisitionResult _result = null!;

    [GlobalSetup]
    public void Setup()
    {
        _isHeard = _telemetry.HearsTokenRequests;
        SpotifyClientCredentialsOptions options = new();
        Peers.Configure(options);
        _options = OptionsSnapshot.From(options);
        _acquisition = new Acquisition(new AcquisitionRequest(_options, StartedAt: 0) { IsAhead = true, IsRenewal = true }, TimeProvider.System);
        AcquiredToken acquired = new(new AccessToken(_options.Names, "token", DateTimeOffset.UnixEpoch), IssuedAt: 0, TimeSpan.FromHours(1));
        _result = new AcquisitionResult { Acquired = CachedToken.From(acquired, _options, jitter: 0, TimeProvider.System) };
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public bool Ours()
    {
        _telemetry.LookedUp(_options, StoreLookup.Miss);
        bool isHeard = _telemetry.HearsTokenRequests;
        _telemetry.Settled(_acquisition, _result);
        return isHeard;
    }

    /// <summary>A build without those calls.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public bool Empty() => _isHeard;
}
