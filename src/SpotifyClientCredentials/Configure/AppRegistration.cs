using System.Diagnostics.Metrics;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Configure;

/// <summary>One app in a container: its name in options, keys and clients, and how its provider is created.</summary>
internal static class AppRegistration
{
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    public static string NameOf(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return name;
    }

    /// <param name="services">The services to add to.</param>
    /// <param name="name">The name of the app; empty for the unnamed one.</param>
    /// <param name="sectionPath">The path of the bound section; null if settings are set in code.</param>
    public static SpotifyClientCredentialsBuilder Add(IServiceCollection services, string name, string? sectionPath)
    {
        ArgumentNullException.ThrowIfNull(services);
        IHttpClientBuilder tokenClient = services.AddHttpClient(TokenClientName(name));
        ConfigurationKeys? keys = services.Where(service => service.ServiceType == typeof(ConfigurationKeys))
            .Select(service => (ConfigurationKeys)service.ImplementationInstance!).FirstOrDefault(registered => registered.AppName == name);
        if (keys is null)
        {
            keys = new ConfigurationKeys(name);
            AddOnce(services, keys, tokenClient);
        }

        keys.SectionPath = sectionPath ?? keys.SectionPath;
        return new SpotifyClientCredentialsBuilder(name, services, tokenClient);
    }

    /// <summary>Adds what sharing needs. Nothing else names the types of Share, so that a trimmed program without this call contains none of them.</summary>
    public static void AddSharing(IServiceCollection services, string name)
    {
        if (services.Any(service => service.ServiceType == typeof(ShareTokens) && name.Equals(service.ServiceKey)))
        {
            return;
        }

        services.AddOptions<TokenSharingOptions>(name)
            .PostConfigure<IServiceProvider>((options, provider) => options.Cache ??= provider.GetService<IDistributedCache>());
        services.AddOptions<SpotifyClientCredentialsOptions>(name).PostConfigure<IServiceProvider>((options, provider) =>
            options.Sharing = provider.GetRequiredService<IOptionsFactory<TokenSharingOptions>>().Create(name));
        services.AddSingleton<IValidateOptions<SpotifyClientCredentialsOptions>>(new SharingValidator(name));
        services.AddKeyedSingleton<ShareTokens>(name, static (endpoint, timeProvider, logger, telemetry) =>
            new SharedTokenSource(endpoint, timeProvider, logger, telemetry));
    }

    /// <param name="services">The container.</param>
    /// <param name="name">The name of the app; empty for the unnamed one.</param>
    /// <param name="method">The method that needs the app, for the message.</param>
    /// <exception cref="InvalidOperationException">The app wasn't added.</exception>
    public static ClientCredentialsTokenProvider Provider(IServiceProvider services, string name, string method) =>
        (name.Length == 0
            ? services.GetService<ClientCredentialsTokenProvider>()
            : services.GetKeyedService<ClientCredentialsTokenProvider>(name))
        ?? throw new InvalidOperationException(name.Length == 0
            ? $"{method}() found no Spotify app. Add one: services.AddSpotifyClientCredentials()."
            : $"{method}(\"{name}\") found no Spotify app of that name. Add it: services.AddSpotifyClientCredentials(\"{name}\").");

    /// <summary>Whether a client is one that sends token requests.</summary>
    public static bool IsTokenClient(IServiceProvider services, string clientName) =>
        services.GetServices<ConfigurationKeys>().Any(keys => TokenClientName(keys.AppName) == clientName);

    private static string TokenClientName(string name) =>
        name.Length == 0 ? nameof(SpotifyClientCredentials) : $"{nameof(SpotifyClientCredentials)}:{name}";

    private static void AddOnce(IServiceCollection services, ConfigurationKeys keys, IHttpClientBuilder tokenClient)
    {
        services.AddSingleton(keys);
        services.AddSingleton<IValidateOptions<SpotifyClientCredentialsOptions>>(new OptionsValidator(keys));
        // Not of the settings themselves: what the host reads when it starts is then what the provider uses, and it's read once.
        services.AddOptions<StartupRead>(keys.AppName)
            .Configure<IServiceProvider>((_, provider) => Provider(provider, keys.AppName, nameof(SpotifyClientCredentialsServiceCollectionExtensions.AddSpotifyClientCredentials)).Options.ReadAtStart())
            .ValidateOnStart();
        tokenClient.AddTokenClientDefaults();
        if (keys.AppName.Length == 0)
        {
            services.AddSingleton(provider => CreateProvider(provider, keys));
        }
        else
        {
            services.AddKeyedSingleton(keys.AppName, (provider, _) => CreateProvider(provider, keys));
        }
    }

    private static ClientCredentialsTokenProvider CreateProvider(IServiceProvider services, ConfigurationKeys keys)
    {
        TimeProvider timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
        ILogger logger = services.GetService<ILogger<ClientCredentialsTokenProvider>>() ?? (ILogger)NullLogger.Instance;
        Telemetry telemetry = Telemetry.From(services.GetService<IMeterFactory>());
        IHttpClientFactory clients = services.GetRequiredService<IHttpClientFactory>();
        OptionsSource options = new(
            services.GetRequiredService<IOptionsFactory<SpotifyClientCredentialsOptions>>,
            services.GetServices<IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>>(),
            keys,
            timeProvider,
            logger);
        TokenEndpointClient endpoint = new(() => clients.CreateClient(TokenClientName(keys.AppName)), timeProvider, telemetry);
        ShareTokens? share = services.GetKeyedService<ShareTokens>(keys.AppName);
        ITokenSource source = share is null ? endpoint : share(endpoint, timeProvider, logger, telemetry);
        return new ClientCredentialsTokenProvider(options, source, timeProvider, logger, telemetry);
    }

    /// <summary>Puts a source around the token endpoint that reads and writes a shared store. Registered by <see cref="AddSharing"/> alone.</summary>
    private delegate ITokenSource ShareTokens(ITokenSource endpoint, TimeProvider timeProvider, ILogger logger, Telemetry telemetry);

    /// <summary>Options without settings, whose validation when the host starts reads those of the app.</summary>
    private sealed class StartupRead;
}
