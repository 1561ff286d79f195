using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials;

/// <summary>Adds Spotify apps, whose access tokens HTTP clients can then carry.</summary>
/// <remarks>
/// <para>Each method registers a <see cref="ClientCredentialsTokenProvider"/> as a singleton, keyed by the app's name where one is given, and
/// validates the settings when the host starts. A <see cref="TimeProvider"/> in the container is used. Calling a method again for the same app
/// adds its settings to the earlier ones and is otherwise without effect.</para>
/// <para>Not thread-safe, like the service collection that they fill.</para>
/// <para>Apps: https://developer.spotify.com/documentation/web-api/concepts/apps</para>
/// </remarks>
public static class SpotifyClientCredentialsServiceCollectionExtensions
{
    /// <summary>
    /// Adds a Spotify app whose settings are bound to the configuration section <see cref="SpotifyClientCredentialsOptions.SectionName"/>, where
    /// the container has an <see cref="IConfiguration"/>. Changes of the configuration take effect at once.
    /// </summary>
    /// <param name="services">Where to add it.</param>
    /// <returns>The app, to be configured further.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is <see langword="null"/>.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(this IServiceCollection services)
    {
        SpotifyClientCredentialsBuilder builder = AddApp(services, Options.DefaultName, SpotifyClientCredentialsOptions.SectionName);
        services.AddOptions<SpotifyClientCredentialsOptions>().Configure<IServiceProvider>((options, provider) => Section(provider).BindTo(options));
        services.AddSingleton<IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>>(provider =>
            new ConfigurationChangeTokenSource<SpotifyClientCredentialsOptions>(Options.DefaultName, Section(provider)));
        return builder;

        static IConfigurationSection Section(IServiceProvider provider) =>
            (provider.GetService<IConfiguration>() ?? new ConfigurationRoot([])).GetSection(SpotifyClientCredentialsOptions.SectionName);
    }

    /// <summary>Adds a Spotify app whose settings are set in code.</summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="configure">Sets the settings.</param>
    /// <returns>The app, to be configured further.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(
        this IServiceCollection services, Action<SpotifyClientCredentialsOptions> configure) =>
        AddConfigured(services, Options.DefaultName, configure);

    /// <summary>Adds a Spotify app whose settings are bound to a configuration section. Changes of the configuration take effect at once.</summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="section">The section that has <c>ClientId</c>, <c>ClientSecret</c> and whatever else is set.</param>
    /// <returns>The app, to be configured further.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(this IServiceCollection services, IConfiguration section) =>
        AddBound(services, Options.DefaultName, section);

    /// <summary>Adds a further Spotify app in the same process, whose settings are set in code.</summary>
    /// <remarks>Its options are those of that name, and its provider is the keyed one: nothing is shared between apps.</remarks>
    /// <param name="services">Where to add it.</param>
    /// <param name="appName">Its name, for <c>AddSpotifyBearerToken(appName)</c>.</param>
    /// <param name="configure">Sets the settings.</param>
    /// <returns>The app, to be configured further.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="appName"/> is empty or white space.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(
        this IServiceCollection services, string appName, Action<SpotifyClientCredentialsOptions> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(appName);
        return AddConfigured(services, appName, configure);
    }

    /// <summary>Adds a further Spotify app in the same process, whose settings are bound to a configuration section.</summary>
    /// <remarks>Its options are those of that name, and its provider is the keyed one: nothing is shared between apps.</remarks>
    /// <param name="services">Where to add it.</param>
    /// <param name="appName">Its name, for <c>AddSpotifyBearerToken(appName)</c>.</param>
    /// <param name="section">The section that has <c>ClientId</c>, <c>ClientSecret</c> and whatever else is set.</param>
    /// <returns>The app, to be configured further.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="appName"/> is empty or white space.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(
        this IServiceCollection services, string appName, IConfiguration section)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(appName);
        return AddBound(services, appName, section);
    }

    private static SpotifyClientCredentialsBuilder AddConfigured(
        IServiceCollection services, string appName, Action<SpotifyClientCredentialsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        SpotifyClientCredentialsBuilder builder = AddApp(services, appName, sectionPath: null);
        services.Configure(appName, configure);
        return builder;
    }

    private static SpotifyClientCredentialsBuilder AddBound(IServiceCollection services, string appName, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        SpotifyClientCredentialsBuilder builder = AddApp(services, appName, (section as IConfigurationSection)?.Path ?? "");
        services.Configure<SpotifyClientCredentialsOptions>(appName, section.BindTo);
        services.AddSingleton<IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>>(
            new ConfigurationChangeTokenSource<SpotifyClientCredentialsOptions>(appName, section));
        return builder;
    }

    private static SpotifyClientCredentialsBuilder AddApp(IServiceCollection services, string appName, string? sectionPath)
    {
        ArgumentNullException.ThrowIfNull(services);
        IHttpClientBuilder tokenClient = services.AddHttpClient(AppRegistration.TokenClientName(appName));
        ConfigurationKeys? names = services
            .Where(service => service.ServiceType == typeof(ConfigurationKeys))
            .Select(service => (ConfigurationKeys)service.ImplementationInstance!)
            .FirstOrDefault(registered => registered.AppName == appName);
        if (names is null)
        {
            names = new ConfigurationKeys(appName);
            AddAppOnce(services, names, tokenClient);
        }

        names.SectionPath = sectionPath ?? names.SectionPath;
        return new SpotifyClientCredentialsBuilder(appName, services, tokenClient);
    }

    private static void AddAppOnce(IServiceCollection services, ConfigurationKeys names, IHttpClientBuilder tokenClient)
    {
        services.AddSingleton(names);
        services.AddSingleton<IValidateOptions<SpotifyClientCredentialsOptions>>(new SpotifyClientCredentialsOptionsValidator(names));
        services.AddOptions<SpotifyClientCredentialsOptions>(names.AppName).ValidateOnStart();

        tokenClient.ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
        // The library's own limit is TokenRequestTimeout, and it is not bound to the machine's clock.
        tokenClient.ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan);
        tokenClient.SendOnlyWhatIsAsked();
        tokenClient.NeverLogAuthorization();

        if (names.AppName.Length == 0)
        {
            services.AddSingleton(provider => AppRegistration.CreateProvider(provider, names));
        }
        else
        {
            services.AddKeyedSingleton(names.AppName, (provider, _) => AppRegistration.CreateProvider(provider, names));
        }
    }
}
