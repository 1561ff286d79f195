using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CatalogWeb.Demo;

/// <summary>Exports the library's traces and metrics to the console with OpenTelemetry.</summary>
internal static class Telemetry
{
    private const string Source = "SpotifyClientCredentials";

    // The default buckets of OpenTelemetry are meant for milliseconds.
    private static readonly ExplicitBucketHistogramConfiguration Seconds = new() { Boundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    public static void AddTelemetry(this IServiceCollection services, string applicationName) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService(applicationName))
        .WithTracing(tracing => tracing.AddSource(Source).AddConsoleExporter())
        .WithMetrics(metrics => metrics
            .AddMeter(Source)
            .AddView("spotify_client_credentials.token_request.duration", Seconds)
            .AddConsoleExporter((_, reader) => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 60_000));
}
