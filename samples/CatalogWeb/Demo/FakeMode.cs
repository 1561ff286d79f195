using System.Globalization;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;

namespace CatalogWeb.Demo;

/// <summary>Replaces Spotify with FakeSpotify if no credentials are set. The page can then revoke tokens, take the token endpoint down and use up the rate limit.</summary>
internal static class FakeMode
{
    private const string LifetimeKey = "Sample:TokenLifetime";

    // Shorter than MaxWait: calls wait until it's over, and none fails.
    private static readonly TimeSpan Ban = TimeSpan.FromSeconds(4);

    /// <returns>The fake, or null if credentials are set. If only one of the two is set, the library reports the missing one.</returns>
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
            No credentials found. Using FakeSpotify, a local fake with an invented catalogue, at {fake.ApiBaseAddress}
            To use the real Spotify, set the environment variables Spotify__ClientId and Spotify__ClientSecret.

            """);
        return fake;
    }

    public static void AddFakeSpotify(this IServiceCollection services, FakeSpotify fake)
    {
        services.AddSingleton(fake);
        services.AddSpotifyClientCredentials(fake.Configure);
    }

    public static void MapFakeControls(this IEndpointRouteBuilder app, FakeSpotify fake)
    {
        app.MapPost("/fake/revoke", fake.RevokeTokens);
        app.MapPost("/fake/token-endpoint/down", () => { fake.TokenResponse = FakeResponse.ServiceUnavailableHtml; });
        app.MapPost("/fake/token-endpoint/up", () => { fake.TokenResponse = null; });
        app.MapPost("/fake/rate-limit", (TimeProvider clock) => { fake.RateLimitedUntil = clock.GetUtcNow() + Ban; });
    }

    private static TimeSpan ReadLifetime(string? value) =>
        TimeSpan.TryParse(value ?? "00:00:40", CultureInfo.InvariantCulture, out TimeSpan lifetime)
        && lifetime >= TimeSpan.FromSeconds(1) && lifetime <= TimeSpan.FromHours(1)
            ? lifetime
            : throw new OptionsValidationException(
                LifetimeKey,
                typeof(TimeSpan),
                [$"{LifetimeKey} is '{value}'. Set it to a duration from 00:00:01 to 01:00:00 (hours:minutes:seconds)."]);
}
