using System.Globalization;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

namespace CatalogWeb;

/// <summary>For a first try: without credentials FakeSpotify answers in Spotify's place, and the page can make it fail.</summary>
internal static class FakeMode
{
    private const string LifetimeKey = "Sample:TokenLifetime";

    /// <returns>Null where there are credentials. Half of them is a mistake, which the library reports, and no reason to imitate Spotify.</returns>
    public static async Task<FakeSpotify?> StartAsync(IConfiguration configuration)
    {
        IConfigurationSection settings = configuration.GetSection(SpotifyClientCredentialsOptions.SectionName);
        if (!string.IsNullOrEmpty(settings["ClientId"]) || !string.IsNullOrEmpty(settings["ClientSecret"]))
        {
            return null;
        }

        TimeSpan lifetime = ReadLifetime(configuration[LifetimeKey]);
        FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenLifetime = lifetime;
        Console.WriteLine($"""
            No credentials found, so this is FakeSpotify: a local imitation with an invented catalogue, at {fake.ApiBaseAddress}
            For the real Spotify, set the environment variables Spotify__ClientId and Spotify__ClientSecret.

            """);
        return fake;
    }

    public static void AddFakeSpotify(this IServiceCollection services, FakeSpotify fake, params IHttpClientBuilder[] clients)
    {
        services.AddSingleton(fake);
        services.AddSpotifyClientCredentials(fake.Configure);
        foreach (IHttpClientBuilder client in clients)
        {
            // No proxy could reach this machine's loopback.
            client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false });
        }
    }

    public static void MapFakeControls(this IEndpointRouteBuilder app, FakeSpotify fake)
    {
        app.MapPost("/fake/revoke", fake.RevokeTokens);
        app.MapPost("/fake/token-endpoint/down", () => { fake.TokenResponse = FakeResponse.ServiceUnavailableHtml; });
        app.MapPost("/fake/token-endpoint/up", () => { fake.TokenResponse = null; });
    }

    private static TimeSpan ReadLifetime(string? value) =>
        TimeSpan.TryParse(value ?? "00:00:40", CultureInfo.InvariantCulture, out TimeSpan lifetime)
        && lifetime >= TimeSpan.FromSeconds(1) && lifetime <= TimeSpan.FromHours(1)
            ? lifetime
            : throw new OptionsValidationException(
                LifetimeKey, typeof(TimeSpan), [$"{LifetimeKey} is '{value}'. Set it to a time from 00:00:01 to 01:00:00, as hours:minutes:seconds."]);
}
