using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Configure;

/// <summary>One app in a container: its name in options, keys and clients, and how its provider is made.</summary>
internal static class AppRegistration
{
    public static string NameOf(string? appName)
    {
        if (appName is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(appName);
        }

        return appName ?? Options.DefaultName;
    }

    public static string TokenClientName(string appName) =>
        appName.Length == 0 ? nameof(SpotifyClientCredentials) : $"{nameof(SpotifyClientCredentials)}:{appName}";

    /// <exception cref="InvalidOperationException">The app was not added.</exception>
    public static ClientCredentialsTokenProvider Provider(IServiceProvider services, string appName) =>
        (appName.Length == 0
            ? services.GetService<ClientCredentialsTokenProvider>()
            : services.GetKeyedService<ClientCredentialsTokenProvider>(appName))
        ?? throw new InvalidOperationException(appName.Length == 0
            ? "AddSpotifyBearerToken() found no Spotify app. Add one: services.AddSpotifyClientCredentials()."
            : $"AddSpotifyBearerToken(\"{appName}\") found no Spotify app of that name. Add it: services.AddSpotifyClientCredentials(\"{appName}\", …).");

    public static ClientCredentialsTokenProvider CreateProvider(IServiceProvider services, ConfigurationKeys names)
    {
        TimeProvider timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
        HarmlessLogger logger = new(services.GetService<ILogger<ClientCredentialsTokenProvider>>());
        Telemetry telemetry = Telemetry.From(services.GetService<IMeterFactory>());
        IHttpClientFactory clients = services.GetRequiredService<IHttpClientFactory>();
        bool isShared = TokenSharing.IsOnFor(services, names.AppName);
        OptionsSource credentials = new(
            services.GetRequiredService<IOptionsFactory<SpotifyClientCredentialsOptions>>,
            services.GetServices<IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>>(),
            names,
            logger,
            isShared ? () => TokenSharing.From(services, names.AppName) : null);
        TokenEndpointClient endpoint = new(() => clients.CreateClient(TokenClientName(names.AppName)), timeProvider, logger, telemetry);
        ITokenSource source = isShared ? new SharedTokenSource(endpoint, timeProvider, logger, telemetry) : endpoint;
        return new ClientCredentialsTokenProvider(credentials, source, timeProvider, logger, telemetry);
    }
}
