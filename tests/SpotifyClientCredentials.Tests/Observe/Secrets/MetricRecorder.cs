using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Records every measurement of every instrument: its value and tags, and the names, descriptions and tags of instrument and meter.</summary>
internal sealed class MetricRecorder : IDisposable
{
    private readonly ConcurrentQueue<string> _measurements = new();
    private readonly MeterListener _listener = new();

    public MetricRecorder()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            _measurements.Enqueue($"{instrument.Meter.Name} {Text(instrument.Meter.Tags)} {instrument.Name} {instrument.Unit} {instrument.Description} {Text(instrument.Tags)}");
            listener.EnableMeasurementEvents(instrument);
        };
        Record<byte>();
        Record<short>();
        Record<int>();
        Record<long>();
        Record<float>();
        Record<double>();
        Record<decimal>();
        _listener.Start();
    }

    public string Text()
    {
        _listener.RecordObservableInstruments();
        return string.Join('\n', _measurements);
    }

    public void Dispose() => _listener.Dispose();

    private void Record<T>()
        where T : struct => _listener.SetMeasurementEventCallback<T>((instrument, value, tags, _) =>
            _measurements.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{instrument.Name}: {value} {Text(tags.ToArray())}")));

    private static string Text(IEnumerable<KeyValuePair<string, object?>>? tags) =>
        string.Join(' ', (tags ?? []).Select(tag => $"{tag.Key}={tag.Value}"));
}
