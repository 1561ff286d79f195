using CatalogWeb;
using CatalogWeb.Demo;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Http.Resilience;
using SpotifyClientCredentials;

StartFailure.ShowWithoutStackTrace();
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);

// The app's credentials are in the configuration section "Spotify".
SpotifyClientCredentialsBuilder spotify = builder.Services.AddSpotifyClientCredentials();

// This client sends the token. Add the resilience handler first, so that each attempt gets the token that is current at the time.
IHttpClientBuilder catalogue = builder.Services.AddHttpClient<SpotifyCatalogue>();
catalogue.AddStandardResilienceHandler().Configure(Resilience.Configure);
catalogue.AddSpotifyBearerToken().AddSpotifyRateLimit();

// With a store, all instances of the application share one token.
if (builder.Configuration["Redis:Configuration"] is { Length: > 0 } redis)
{
    builder.Services.AddStackExchangeRedisCache(options => options.Configuration = redis);
    spotify.ShareToken();
}

// In an outage, GetTokenAsync may wait longer than a health check should.
builder.Services.AddHealthChecks().AddCheck<SpotifyTokenHealthCheck>(
    "spotify-token", failureStatus: HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(1));

// The page, its panel, the telemetry on the console, and FakeSpotify if there are no credentials. Your application doesn't need them.
await using DemoPage demo = await DemoPage.AddAsync(builder, spotify.TokenClient, catalogue);

await using WebApplication app = builder.Build();
demo.Use(app);
app.MapGet("/api/search", Search.RespondAsync);
app.MapHealthChecks("/health");
await FirstToken.GetAsync(app.Services);
await app.RunAsync();
