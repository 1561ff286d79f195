using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>The tables of telemetry, compared with all the telemetry that an app can cause.</summary>
[Collection(NonParallel.Name)]
public sealed class ReadmeTelemetryTests
{
    [Fact]
    public async Task Instruments_InTheTable_AreThoseOfTheMeter()
    {
        Heard heard = await HearAllAsync();

        Assert.Equal(
            heard.Instruments.Select(instrument => $"{instrument.Name} {instrument.GetType().Name.Split('`')[0]} {instrument.Unit}").Order(StringComparer.Ordinal),
            MarkdownFile.Samples.Table("Metrics").Select(row => $"{row["Instrument"]} {row["Kind"]} {row["Unit"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AttributesOfInstruments_InTheTable_AreThoseOfTheMeasurements()
    {
        Heard heard = await HearAllAsync();

        Assert.All(MarkdownFile.Samples.Table("Metrics"), row => Assert.Equal(
            heard.Measured.Where(measured => measured.Instrument == row["Instrument"]).SelectMany(measured => measured.Tags.Keys).Distinct().Order(StringComparer.Ordinal),
            row["Attributes"].Split(", ").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task AttributesOfTheSpan_InTheTable_AreThoseOfTheSpan()
    {
        Heard heard = await HearAllAsync();

        Assert.Equal(
            heard.Spans.SelectMany(span => span.TagObjects).Select(tag => $"{tag.Key} {(tag.Value is int ? "int" : "string")}").Distinct().Order(StringComparer.Ordinal),
            MarkdownFile.Samples.Table("Span attributes").Select(row => $"{row["Attribute"]} {row["Type"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_InTheText_AreThoseOfTheCode()
    {
        Assert.All((MarkdownFile[])[MarkdownFile.Readme, MarkdownFile.Samples], file =>
        {
            Assert.Contains($"The `ActivitySource` and the `Meter` are both named `{SpotifyClientCredentialsTelemetry.ActivitySourceName}`", file.Text, StringComparison.Ordinal);
            Assert.Contains($"is a span named `{Telemetry.TokenRequest}`, of kind client", file.Text, StringComparison.Ordinal);
        });
    }

    // A named app that shares its token gets its first token after a failed attempt, and then renews it.
    private static async Task<Heard> HearAllAsync()
    {
        TestClock clock = new();
        using RecordingLoggerProvider logs = new();
        await using FakeSpotify fake = await FakeSpotify.StartAsync(clock);
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddDistributedMemoryCache();
            services.AddLogging(logging => logging.AddProvider(logs));
            services.AddSpotifyClientCredentials("shop", fake.Configure).ShareToken();
            services.AddHttpClient("catalogue").AddSpotifyBearerToken("shop").AddSpotifyRateLimit(configure: options => options.MaxWait = TimeSpan.FromMinutes(1));
        });
        using Measurements measurements = new(services.GetRequiredService<IMeterFactory>());
        using Spans spans = new();
        ClientCredentialsTokenProvider provider = services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("shop");

        fake.EnqueueTokenResponse(FakeResponse.ServiceUnavailableHtml);
        AccessToken first = await logs.PassAsync(clock, () => provider.GetTokenAsync().AsTask());
        await provider.GetTokenAsync(first).AsTask().Within();

        await HitRateLimitAsync(fake, services.GetRequiredService<IHttpClientFactory>(), clock, logs);
        measurements.RecordGauges();
        return new Heard(measurements.Instruments, [.. measurements.Instruments.SelectMany(instrument => measurements.Of(instrument.Name))], spans.Of(SpotifyClientCredentialsTelemetry.ActivitySourceName));
    }

    // One call waits, and another one would have to wait for too long.
    private static async Task HitRateLimitAsync(FakeSpotify fake, IHttpClientFactory clients, TestClock clock, RecordingLoggerProvider logs)
    {
        HttpClient client = clients.CreateClient("catalogue");
        fake.EnqueueApiResponse(FakeResponse.RateLimited(TimeSpan.FromSeconds(30)));
        int changed = clock.TimersChanged;
        Task<HttpResponseMessage> waiting = client.GetAsync("search?q=x&type=track");
        await Soon.UntilAsync(() => clock.TimersChanged > changed && logs.Events(11).Any());
        clock.Advance(TimeSpan.FromSeconds(31));
        (await waiting.Within()).Dispose();
        fake.EnqueueApiResponse(FakeResponse.RateLimited(TimeSpan.FromHours(1)));
        (await client.GetAsync("search?q=x&type=track").Within()).Dispose();
        (await client.GetAsync("search?q=x&type=track").Within()).Dispose();
    }

    private sealed record Heard(IReadOnlyList<Instrument> Instruments, IReadOnlyList<Measured> Measured, IReadOnlyList<Activity> Spans);
}
