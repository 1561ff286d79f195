using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials;

/// <summary>Adds the bearer token to HTTP clients.</summary>
public static class SpotifyClientCredentialsHttpClientBuilderExtensions
{
    /// <summary>
    /// Gives every request of this client to the Spotify Web API the app's access token (RFC 6750, section 2.1), by a
    /// <see cref="BearerTokenHandler"/>. Sets the client's base address to <see cref="SpotifyClientCredentialsOptions.ApiBaseAddress"/> where
    /// it has none.
    /// </summary>
    /// <remarks>
    /// <para>Add resilience handlers first, so that they are outside and each of their tries gets the token that is current then.</para>
    /// <para>Calling it again for the same client and app has no effect. In <c>ConfigureHttpClientDefaults</c> it serves every client, sets no
    /// base address, and gives way where a client names an app of its own.</para>
    /// <para>The client's logs no longer show <c>Authorization</c>, whatever else they show.</para>
    /// <para>Not thread-safe, like the service collection that it fills.</para>
    /// </remarks>
    /// <param name="builder">The client.</param>
    /// <param name="appName">
    /// The name that the app was added with, or <see langword="null"/> for the one without a name. When the client is first built, an app that
    /// was never added is reported by an <see cref="InvalidOperationException"/>, and settings that are missing or wrong by an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/>.
    /// </param>
    /// <returns><paramref name="builder"/></returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="appName"/> is empty or white space.</exception>
    public static IHttpClientBuilder AddSpotifyBearerToken(this IHttpClientBuilder builder, string? appName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string app = AppRegistration.NameOf(appName);
        // The builder that ConfigureHttpClientDefaults hands out has no name.
        bool isForAllClients = builder.Name is null;

        builder.ConfigureAdditionalHttpMessageHandlers((handlers, services) => Attach(handlers, AppRegistration.Provider(services, app), isForAllClients));
        builder.NeverLogAuthorization();
        return isForAllClients
            ? builder
            : builder.ConfigureHttpClient((services, client) => client.BaseAddress ??= AppRegistration.Provider(services, app).ApiBaseAddress);
    }

    private static void Attach(IList<DelegatingHandler> handlers, ClientCredentialsTokenProvider provider, bool isFromDefaults)
    {
        BearerTokenHandler[] present = [.. handlers.OfType<BearerTokenHandler>()];
        if (present.Any(handler => handler.Provider == provider && handler.IsFromDefaults == isFromDefaults))
        {
            return;
        }

        // Defaults come first. The client's own call also tells the place, which may be inside of a resilience handler.
        foreach (BearerTokenHandler handler in present.Where(handler => handler.IsFromDefaults && !isFromDefaults))
        {
            handlers.Remove(handler);
        }

        handlers.Add(new BearerTokenHandler(provider) { IsFromDefaults = isFromDefaults });
    }
}
