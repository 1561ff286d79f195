using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests;

// A listener for activities is the whole process's.
[Collection(NonParallel.Name)]
public sealed class SpotifyClientCredentialsTelemetryTests
{
    [Fact]
    public async Task Names_OfSourceAndMeter_AreThoseThatATokenRequestUses()
    {
        ConcurrentQueue<string> traced = new();
        ConcurrentQueue<string> measured = new();
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using ServiceProvider services = TestContainer.Build(services => services.AddSpotifyClientCredentials(fake.Configure));
        using ActivityListener activities = new()
        {
            ShouldListenTo = source => source.Name == SpotifyClientCredentialsTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => traced.Enqueue(activity.OperationName),
        };
        ActivitySource.AddActivityListener(activities);
        using MeterListener meters = new();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SpotifyClientCredentialsTelemetry.MeterName && instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<double>((instrument, _, _, _) => measured.Enqueue(instrument.Name));
        meters.Start();

        await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        await Soon.UntilAsync(() => !traced.IsEmpty && !measured.IsEmpty);
        Assert.Equal("spotify_client_credentials.token_request", Assert.Single(traced));
        Assert.Equal("spotify_client_credentials.token_request.duration", Assert.Single(measured));
    }
}
