using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

/// <summary>What OpenTelemetry receives, by its in-memory exporter.</summary>
[Collection(NonParallel.Name)]
public sealed class OpenTelemetrySnippetTests
{
    private readonly TestClock _clock = new();
    private readonly List<Activity> _spans = [];
    private readonly List<MetricSnapshot> _metrics = [];

    [Fact]
    public async Task OpenTelemetry_OfARenewalAndAFailure_GetsSpansDurationsAndTheRenewal()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        using (IHost host = await StartAsync(fake))
        {
            using HttpClient client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
            await GetTrackAsync(client);
            fake.RevokeTokens();
            await GetTrackAsync(client);
            _clock.Advance(TimeSpan.FromMinutes(1));
            fake.RevokeTokens();
            fake.TokenResponse = FakeResponse.InvalidClientSecret;
            await Assert.ThrowsAsync<HttpRequestException>(() => GetTrackAsync(client));
            Assert.True(host.Services.GetRequiredService<MeterProvider>().ForceFlush());
        }

        Assert.All(_spans, span => Assert.Equal(("spotify_client_credentials.token_request", ActivityKind.Client), (span.DisplayName, span.Kind)));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Unset, ActivityStatusCode.Error], _spans.Select(span => span.Status));
        Assert.Equal([200, 200, 400], _spans.Select(span => span.GetTagItem("http.response.status_code")));

        MetricPoint[] durations = Points("spotify_client_credentials.token_request.duration");
        Assert.Equal([(2L, null), (1L, "400")], durations.Select(point => (point.GetHistogramCount(), Tag(point, "error.type"))));
        Assert.Equal([0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, double.PositiveInfinity], Bounds(durations[0]));
        MetricPoint renewal = Assert.Single(Points("spotify_client_credentials.renewals"));
        Assert.Equal((1L, "unauthorized"), (renewal.GetSumLong(), Tag(renewal, "spotify_client_credentials.renewal.reason")));
    }

    private async Task<IHost> StartAsync(FakeSpotify fake)
    {
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient("spotify").AddSpotifyBearerToken();

        // Recipe: OpenTelemetry
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource("SpotifyClientCredentials"))
            .WithMetrics(metrics => metrics
                .AddMeter("SpotifyClientCredentials")
                .AddView("spotify_client_credentials.token_request.duration", new ExplicitBucketHistogramConfiguration
                {
                    Boundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
                }));
        // end

        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddInMemoryExporter(_spans));
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddInMemoryExporter(_metrics));
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task GetTrackAsync(HttpClient client)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    // From the first export; there is another when the host stops.
    private MetricPoint[] Points(string instrument) => [.. _metrics.First(metric => metric.Name == instrument).MetricPoints];

    private static string? Tag(MetricPoint point, string name)
    {
        foreach ((string key, object? value) in point.Tags)
        {
            if (key == name)
            {
                return value?.ToString();
            }
        }

        return null;
    }

    private static List<double> Bounds(MetricPoint point)
    {
        List<double> bounds = [];
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            bounds.Add(bucket.ExplicitBound);
        }

        return bounds;
    }
}
