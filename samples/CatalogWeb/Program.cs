using CatalogWeb;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

try
{
    WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
    builder.Services.AddSingleton(TimeProvider.System);

    // All that a Spotify app needs: credentials from the configuration section "Spotify", and a client whose calls carry their token.
    SpotifyClientCredentialsBuilder spotify = builder.Services.AddSpotifyClientCredentials();
    IHttpClientBuilder catalogue = builder.Services.AddHttpClient<SpotifyCatalogue>();
    catalogue.AddStandardResilienceHandler().Configure(Resilience.Configure); // first, so that each try carries the token that is current then
    catalogue.AddSpotifyBearerToken();

    // With a store, one token for all instances of the application.
    if (builder.Configuration["Redis:Configuration"] is { Length: > 0 } redis)
    {
        builder.Services.AddStackExchangeRedisCache(options => options.Configuration = redis);
        spotify.ShareToken();
    }

    builder.Services.AddHealthChecks().AddCheck<SpotifyTokenHealthCheck>("spotify-token");
    builder.Services.AddTelemetry(builder.Environment.ApplicationName);

    // FakeSpotify for a first try, and the panel beside the results: nothing that an application of yours needs.
    await using FakeSpotify? fake = await FakeMode.StartAsync(builder.Configuration);
    if (fake is not null)
    {
        builder.Services.AddFakeSpotify(fake, spotify.TokenClient, catalogue);
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

// Wrong credentials end the start; a Spotify that cannot be reached now does not, and the library logs it.
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

// What the person who runs this can do something about. Anything else is a defect, and its stack trace is wanted.
static string? Explain(Exception exception) => exception switch
{
    OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
    InvalidDataException => $"{exception.Message} Correct this file.",
    TokenRequestException => exception.Message,
    IOException => $"{exception.Message} Choose another address with the environment variable ASPNETCORE_URLS.",
    _ => null,
};
