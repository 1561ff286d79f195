using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>
/// Throws in one callback of a listener, and counts how often: an <see cref="ActivityListener"/> of the library's spans, or a
/// <see cref="MeterListener"/> of its instruments in one container. Activities belong to the process, so tests of their listener belong in
/// <see cref="Support.NonParallel"/>.
/// </summary>
internal sealed class ThrowingListener : IDisposable
{
    public const string Measurement = "measurement";

    private readonly IDisposable _listener;
    private int _thrown;

    /// <param name="callback">The name of a callback of <see cref="ActivityListener"/>, or <see cref="Measurement"/>.</param>
    /// <param name="container">The container whose instruments are measured.</param>
    public ThrowingListener(string callback, IMeterFactory container) =>
        _listener = callback == Measurement ? ListenToMeter(container) : ListenToActivities(callback);

    public int Thrown => Volatile.Read(ref _thrown);

    public void Dispose() => _listener.Dispose();

    private MeterListener ListenToMeter(IMeterFactory container)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == SpotifyClientCredentialsTelemetry.MeterName && instrument.Meter.Scope == container)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw Failure());
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw Failure());
        listener.Start();
        return listener;
    }

    private ActivityListener ListenToActivities(string callback)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == SpotifyClientCredentialsTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => In(nameof(ActivityListener.Sample), ActivitySamplingResult.AllData),
            ActivityStarted = _ => In(nameof(ActivityListener.ActivityStarted), 0),
            ActivityStopped = _ => In(nameof(ActivityListener.ActivityStopped), 0),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;

        T In<T>(string name, T result) => name == callback ? throw Failure() : result;
    }

    private InvalidOperationException Failure()
    {
        Interlocked.Increment(ref _thrown);
        return new InvalidOperationException("The listener failed.");
    }
}
