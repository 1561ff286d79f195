using BenchmarkDotNet.Attributes;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>
/// The three calls that telemetry adds to an acquisition: for an attempt, for a read of the shared store, and for the end. No listener is
/// registered, and the figures are for one call. Returning the cached token makes none of these calls.
/// </summary>
[MemoryDiagnoser]
public class TelemetryBenchmarks
{
    private const int Calls = 3;

    private readonly Telemetry _telemetry = Telemetry.Shared;
    private bool _hasListener;
    private OptionsSnapshot _options = null!;

    [GlobalSetup]
    public void Setup()
    {
        _hasListener = _telemetry.ObservesTokenRequests;
        SpotifyClientCredentialsOptions options = new();
        Peers.Configure(options);
        _options = new OptionsSnapshot(options, appName: "", credentialKeys: "");
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public bool Ours()
    {
        _telemetry.LookupEnded(_options, "miss");
        bool hasListener = _telemetry.ObservesTokenRequests;
        _telemetry.TokenRenewed(_options, "ahead");
        return hasListener;
    }

    /// <summary>A baseline without those calls.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public bool Empty() => _hasListener;
}
