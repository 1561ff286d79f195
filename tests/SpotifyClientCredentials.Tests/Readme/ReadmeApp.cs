using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>The application that README's snippets are part of.</summary>
internal static class ReadmeApp
{
    public const string TrackId = "4cOdK2wGLETKBW3PvgPWqT";
    public const string TrackName = "Never Late for the Tide";

    /// <summary>The command-line arguments that point an app to a fake.</summary>
    public static string[] ToArguments(this FakeSpotify fake, string section = "Spotify") =>
    [
        $"--{section}:ClientId={fake.ClientId}",
        $"--{section}:ClientSecret={fake.ClientSecret}",
        $"--{section}:TokenEndpoint={fake.TokenEndpoint}",
        $"--{section}:ApiBaseAddress={fake.ApiBaseAddress}",
    ];

    public static HostApplicationBuilder CreateBuilder(params string[] args)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        builder.Logging.ClearProviders();
        return builder;
    }
}
