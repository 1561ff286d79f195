using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials;

/// <summary>Adds Spotify apps, whose access tokens HTTP clients can then use.</summary>
/// <remarks>
/// <para>Each method registers a <see cref="ClientCredentialsTokenProvider"/> as a singleton, keyed by the app's name if it has one, and
/// validates the settings when the host starts. If the container has a <see cref="TimeProvider"/>, it's used. Calling a method again for the
/// same app adds its settings to the earlier ones and has no other effect.</para>
/// <para>Not thread-safe.</para>
/// <para>Apps: https://developer.spotify.com/documentation/web-api/concepts/apps</para>
/// </remarks>
public static class SpotifyClientCredentialsServiceCollectionExtensions
{
    /// <summary>
    /// Adds a Spotify app whose settings come from the section <see cref="SpotifyClientCredentialsOptions.SectionName"/> of the container's
    /// <see cref="IConfiguration"/>. Changes to the configuration take effect at once.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <returns>A builder to configure the app further.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is <see langword="null"/>.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(this IServiceCollection services) =>
        AddFromSection(services, Options.DefaultName, SpotifyClientCredentialsOptions.SectionName);

    /// <summary>Adds a Spotify app whose settings are set in code.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder to configure the app further.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(
        this IServiceCollection services, Action<SpotifyClientCredentialsOptions> configure) =>
        AddConfigured(services, Options.DefaultName, configure);

    /// <summary>Adds a Spotify app whose settings come from a configuration section. Changes to the configuration take effect at once.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section with <c>ClientId</c>, <c>ClientSecret</c> and any other settings.</param>
    /// <returns>A builder to configure the app further.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(this IServiceCollection services, IConfiguration configuration) =>
        AddBound(services, Options.DefaultName, configuration);

    /// <summary>
    /// Adds a named Spotify app, one of several in the process, whose settings come from the section <c>Spotify:{name}</c> of the container's
    /// <see cref="IConfiguration"/>. Changes to the configuration take effect at once.
    /// </summary>
    /// <remarks>The app has the options of that name, and its provider is keyed by the name. Apps share nothing.</remarks>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The name, for <c>AddSpotifyBearerToken(name)</c>.</param>
    /// <returns>A builder to configure the app further.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or white space.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(this IServiceCollection services, string name) =>
        AddFromSection(services, AppRegistration.NameOf(name), ConfigurationPath.Combine(SpotifyClientCredentialsOptions.SectionName, name));

    /// <summary>Adds a named Spotify app, one of several in the process, whose settings are set in code.</summary>
    /// <remarks>The app has the options of that name, and its provider is keyed by the name. Apps share nothing.</remarks>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The name, for <c>AddSpotifyBearerToken(name)</c>.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder to configure the app further.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or white space.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(
        this IServiceCollection services, string name, Action<SpotifyClientCredentialsOptions> configure) =>
        AddConfigured(services, AppRegistration.NameOf(name), configure);

    /// <summary>Adds a named Spotify app, one of several in the process, whose settings come from a configuration section.</summary>
    /// <remarks>The app has the options of that name, and its provider is keyed by the name. Apps share nothing.</remarks>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The name, for <c>AddSpotifyBearerToken(name)</c>.</param>
    /// <param name="configuration">The section with <c>ClientId</c>, <c>ClientSecret</c> and any other settings.</param>
    /// <returns>A builder to configure the app further.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or white space.</exception>
    public static SpotifyClientCredentialsBuilder AddSpotifyClientCredentials(
        this IServiceCollection services, string name, IConfiguration configuration) =>
        AddBound(services, AppRegistration.NameOf(name), configuration);

    private static SpotifyClientCredentialsBuilder AddConfigured(
        IServiceCollection services, string name, Action<SpotifyClientCredentialsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        SpotifyClientCredentialsBuilder builder = AppRegistration.Add(services, name, sectionPath: null);
        services.Configure(name, configure);
        return builder;
    }

    private static SpotifyClientCredentialsBuilder AddFromSection(IServiceCollection services, string name, string path) =>
        AddBound(services, name, path, provider => provider.GetService<IConfiguration>()?.GetSection(path));

    private static SpotifyClientCredentialsBuilder AddBound(IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return AddBound(services, name, (configuration as IConfigurationSection)?.Path ?? "", _ => configuration);
    }

    private static SpotifyClientCredentialsBuilder AddBound(
        IServiceCollection services, string name, string path, Func<IServiceProvider, IConfiguration?> getSection)
    {
        SpotifyClientCredentialsBuilder builder = AppRegistration.Add(services, name, path);
        services.AddOptions<SpotifyClientCredentialsOptions>(name).Configure<IServiceProvider>((options, provider) =>
        {
            ConfigurationKeys.Bind(Section(provider), options);
            options.LacksConfiguration = getSection(provider) is null;
        });
        services.AddSingleton<IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>>(provider =>
            new ConfigurationChangeTokenSource<SpotifyClientCredentialsOptions>(name, Section(provider)));
        return builder;

        IConfiguration Section(IServiceProvider provider) => getSection(provider) ?? new ConfigurationRoot([]);
    }
}
