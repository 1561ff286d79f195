using Microsoft.Extensions.Options;
using SpotifyClientCredentials;

namespace CatalogWeb.Demo;

/// <summary>The failures of the start that the user can fix. Any other exception is a bug, and its stack trace is needed.</summary>
internal static class StartFailure
{
    /// <summary>Ends the application with an explanation.</summary>
    public static void ShowWithoutStackTrace() => AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
    {
        if (Explain(unhandled.ExceptionObject) is { } explanation)
        {
            Console.Error.WriteLine(explanation);
            Environment.Exit(1);
        }
    };

    private static string? Explain(object exception) => exception switch
    {
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        InvalidDataException unreadable => $"{unreadable.Message} Correct this file.",
        TokenRequestException failure => failure.Message,
        // Not ASPNETCORE_URLS, which `dotnet run` sets from launchSettings.json.
        IOException taken => $"{taken.Message} Choose another address: dotnet run --project samples/CatalogWeb -- --urls http://localhost:5081",
        _ => null,
    };
}
