using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B30]: the duration of a token request.</summary>
public sealed class TokenRequestDurationTests
{
    private const string Duration = "spotify_client_credentials.token_request.duration";

    private readonly TestClock _clock = new();

    [Fact]
    public async Task Duration_OfARequest_IsInSecondsByTheProvidersClock()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync(_clock);
        using Measurements measurements = new(app.Services.GetRequiredService<IMeterFactory>());
        TaskCompletionSource isTimeOver = new();
        app.Fake.EnqueueTokenResponse(FakeResponse.Default.WaitFor(isTimeOver.Task));

        Task<HttpResponseMessage> getting = app.GetTrackAsync();
        await Soon.UntilAsync(() => app.Fake.TokenRequests.Count == 1);
        _clock.Advance(TimeSpan.FromSeconds(1.5));
        isTimeOver.SetResult();
        (await getting.Within()).EnsureSuccessStatusCode();

        Measured measured = Assert.Single(measurements.Of(Duration));
        Assert.Equal(1.5, measured.Value);
        Assert.Equal(
            new SortedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["http.response.status_code"] = 200,
                ["server.address"] = "127.0.0.1",
                ["server.port"] = app.Fake.TokenEndpoint.Port,
            },
            measured.Tags);
    }

    [Fact]
    public async Task Duration_OfARequestThatFails_HasTheErrorType()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync(_clock);
        using Measurements measurements = new(app.Services.GetRequiredService<IMeterFactory>());
        app.Fake.TokenResponse = FakeResponse.InvalidClientSecret;

        await Assert.ThrowsAsync<TokenRequestException>(app.GetTrackAsync);

        Measured measured = Assert.Single(measurements.Of(Duration));
        Assert.Equal(("400", 400), (measured.Tags["error.type"], measured.Tags["http.response.status_code"]));
    }

    [Fact]
    public async Task Duration_OfTwoAppsInOneContainer_HasTheNameOfTheNamedOne()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(fake.Configure);
            services.AddSpotifyClientCredentials("shop", fake.Configure);
        });
        using Measurements measurements = new(services.GetRequiredService<IMeterFactory>());

        await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
        await services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("shop").GetTokenAsync();

        Assert.Equal([null, "shop"], measurements.Of(Duration, "spotify_client_credentials.app"));
        Assert.Single(measurements.Instruments, instrument => instrument.Name == Duration);
    }

    [Fact]
    public async Task Instruments_OfAContainer_HaveUnitsAndDescriptions()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        using Measurements measurements = new(app.Services.GetRequiredService<IMeterFactory>());

        (await app.GetTrackAsync()).EnsureSuccessStatusCode();

        Assert.Equal(
            [
                "spotify_client_credentials.renewals in {renewal}: Access tokens that replaced another.",
                "spotify_client_credentials.store.lookups in {lookup}: Lookups in the store that instances share.",
                "spotify_client_credentials.token_request.duration in s: The duration of a token request.",
            ],
            measurements.Instruments.Select(instrument => $"{instrument.Name} in {instrument.Unit}: {instrument.Description}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void From_WithoutAMeterFactory_ReturnsTheOneOfTheProcess() => Assert.Same(Telemetry.Shared, Telemetry.From(meters: null));

    [Fact]
    public async Task Duration_InTwoContainers_IsMeasuredByTheOneThatSentTheRequest()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        await using SpotifyApp other = await SpotifyApp.StartAsync();
        using Measurements measurements = new(app.Services.GetRequiredService<IMeterFactory>());
        using Measurements ofOther = new(other.Services.GetRequiredService<IMeterFactory>());

        (await app.GetTrackAsync()).EnsureSuccessStatusCode();

        Assert.Single(measurements.Of(Duration));
        Assert.Empty(ofOther.Of(Duration));
    }

    [Fact]
    public async Task Duration_WithoutAContainer_IsMeasuredByTheMeterOfTheProcess()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync();
        using Measurements measurements = new(container: null);

        await test.Provider.GetTokenAsync();

        // Other tests measure in the same process.
        Assert.Single(measurements.Of(Duration), measured => measured.Tags["server.port"] is int port && port == test.Fake.TokenEndpoint.Port);
        Assert.All(measurements.Instruments, instrument => Assert.Equal(Telemetry.Source.Version, instrument.Meter.Version));
    }
}
