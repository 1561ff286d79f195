using CatalogWeb;
using CatalogWeb.Demo;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

try
{
    WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
    builder.Services.AddSingleton(TimeProvider.System);

    // All the setup that an app needs: credentials from the configuration section "Spotify", and a client that sends the token.
    SpotifyClientCredentialsBuilder spotify = builder.Services.AddSpotifyClientCredentials();
    IHttpClientBuilder catalogue = builder.Services.AddHttpClient<SpotifyCatalogue>();
    // Add the resilience handler first, so that each attempt gets the token that is current at the time.
    catalogue.AddStandardResilienceHandler().Configure(Resilience.Configure);
    catalogue.AddSpotifyBearerToken();

    // With a store, all instances of the application share one token.
    if (builder.Configuration["Redis:Configuration"] is { Length: > 0 } redis)
    {
        builder.Services.AddStackExchangeRedisCache(options => options.Configuration = redis);
        spotify.ShareToken();
    }

    builder.Services.AddHealthChecks().AddCheck<SpotifyTokenHealthCheck>("spotify-token");
    builder.Services.AddTelemetry(builder.Environment.ApplicationName);

    // FakeSpotify and the panel beside the results are for this sample only. Your application doesn't need them.
    await using FakeSpotify? fake = await FakeMode.StartAsync(builder.Configuration);
    if (fake is not null)
    {
        builder.Services.AddFakeSpotify(fake);
    }

    builder.Services.AddPanel(spotify.TokenClient, catalogue);

    await using WebApplication app = builder.Build();
    app.UseSecurityHeaders(fake?.ApiBaseAddress);
    app.UseFileServer();
    app.MapHealthChecks("/health");
    app.MapGet("/api/search", Search.RespondAsync);
    app.MapGet("/api/panel", (Panel panel, HttpContext context) => TypedResults.ServerSentEvents(panel.WatchAsync(context.RequestAborted)));
    if (fake is not null)
    {
        app.MapFakeControls(fake);
    }

    await GetFirstTokenAsync(app.Services);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (Explain(e) is { } explanation)
{
    Console.Error.WriteLine(explanation);
    return 1;
}

// Wrong credentials stop the application. A transient failure doesn't: the library logs it.
static async Task GetFirstTokenAsync(IServiceProvider services)
{
    try
    {
        await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
    }
    catch (TokenRequestException e) when (e.IsTransient)
    {
    }
}

// Explains the failures that the user can fix. Any other exception is a bug, and its stack trace is needed.
static string? Explain(Exception exception) => exception switch
{
    OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
    InvalidDataException => $"{exception.Message} Correct this file.",
    TokenRequestException => exception.Message,
    IOException => $"{exception.Message} Choose another address with the environment variable ASPNETCORE_URLS.",
    _ => null,
};
