using System.Diagnostics.Metrics;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>Throws whatever the library's instruments in one container measure, and counts how often.</summary>
internal sealed class BrokenListener : IDisposable
{
    private readonly MeterListener _listener = new();
    private int _heard;

    public BrokenListener(IMeterFactory container)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name && instrument.Meter.Scope == container)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Throw());
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => Throw());
        _listener.Start();
    }

    public int Heard => Volatile.Read(ref _heard);

    public void Dispose() => _listener.Dispose();

    private void Throw()
    {
        Interlocked.Increment(ref _heard);
        throw new InvalidOperationException("The listener is broken.");
    }
}
