using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>Records the measurements of the library's instruments in one container, or of those without a container if it is null.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ConcurrentQueue<Measured> _all = new();
    private readonly ConcurrentQueue<Instrument> _instruments = new();
    private readonly MeterListener _listener = new();

    public Measurements(IMeterFactory? container)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SpotifyClientCredentialsTelemetry.ActivitySourceName && instrument.Meter.Scope == container)
            {
                _instruments.Enqueue(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _all.Enqueue(new Measured(instrument.Name, value, Sorted(tags))));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _all.Enqueue(new Measured(instrument.Name, value, Sorted(tags))));
        _listener.Start();
    }

    public IReadOnlyList<Instrument> Instruments => [.. _instruments];

    public IEnumerable<Measured> Of(string instrument) => _all.Where(measured => measured.Instrument == instrument);

    /// <summary>The values of one tag, in the order in which they were measured.</summary>
    public IEnumerable<object?> Of(string instrument, string tag) => Of(instrument).Select(measured => measured.Tags.GetValueOrDefault(tag));

    public void RecordGauges() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private static SortedDictionary<string, object?> Sorted(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        SortedDictionary<string, object?> sorted = new(StringComparer.Ordinal);
        foreach ((string key, object? value) in tags)
        {
            sorted.Add(key, value);
        }

        return sorted;
    }
}

internal sealed record Measured(string Instrument, double Value, SortedDictionary<string, object?> Tags);
