using BenchmarkDotNet.Attributes;
using SpotifyClientCredentials.Internal;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>
/// All that telemetry does in an acquisition to which nobody listens: an attempt, a look into the shared store, and its end. The cached token
/// is handed out without any of it.
/// </summary>
[MemoryDiagnoser]
public class TelemetryBenchmarks
{
    private readonly Telemetry _telemetry = Telemetry.OfProcess;
    private bool _isHeard;
    private ValidOptions _options = null!;
    private Acquisition _acquisition = null!;
    private AcquisitionResult _result = null!;

    [GlobalSetup]
    public void Setup()
    {
        _isHeard = _telemetry.HearsTokenRequests;
        SpotifyClientCredentialsOptions options = new();
        Peers.Configure(options);
        _options = ValidOptions.From(options);
        _acquisition = new Acquisition(new AcquisitionRequest(_options, StartedAt: 0) { IsAhead = true, IsRenewal = true }, TimeProvider.System);
        AcquiredToken acquired = new(new AccessToken(_options.Names, "token", DateTimeOffset.UnixEpoch), IssuedAt: 0, TimeSpan.FromHours(1));
        _result = new AcquisitionResult { Acquired = HeldToken.From(acquired, _options, draw: 0, TimeProvider.System) };
    }

    [Benchmark]
    public bool Ours()
    {
        _telemetry.LookedUp(_options, StoreLook.Miss);
        bool isHeard = _telemetry.HearsTokenRequests;
        _telemetry.Settled(_acquisition, _result);
        return isHeard;
    }

    /// <summary>A build without those calls.</summary>
    [Benchmark(Baseline = true)]
    public bool Empty() => _isHeard;
}
