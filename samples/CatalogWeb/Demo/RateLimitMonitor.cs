using System.Diagnostics.Metrics;
using SpotifyClientCredentials;

namespace CatalogWeb.Demo;

/// <summary>Counts the calls that wait for the rate limit, from the library's meter.</summary>
internal sealed class RateLimitMonitor : IHostedService, IDisposable
{
    private readonly MeterListener _listener = new();

    public RateLimitMonitor(Traffic traffic, IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Meter.Name == SpotifyClientCredentialsTelemetry.MeterName && instrument.Name.EndsWith(".held_back", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => traffic.CallHeldBack());
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();
}
