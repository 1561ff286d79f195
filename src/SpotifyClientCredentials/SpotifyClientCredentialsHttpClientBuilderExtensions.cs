using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials;

/// <summary>Adds the bearer token to HTTP clients, and heeds Spotify's rate limit.</summary>
public static partial class SpotifyClientCredentialsHttpClientBuilderExtensions
{
    /// <summary>
    /// Adds the app's access token (RFC 6750, section 2.1) to every request of this client to the Spotify Web API, by a
    /// <see cref="BearerTokenHandler"/>. Sets the client's base address to <see cref="SpotifyClientCredentialsOptions.ApiBaseAddress"/> if it
    /// has none.
    /// </summary>
    /// <remarks>
    /// <para>Add resilience handlers first, so that each of their attempts gets the token that is current at that time.</para>
    /// <para>Calling it again for the same client and app has no effect. A client carries the token of one app: calling it for two apps makes
    /// creating the client throw an <see cref="InvalidOperationException"/>. In <c>ConfigureHttpClientDefaults</c> it applies to every client,
    /// sets no base address, and gives way to a client's own call, for the same app or another.</para>
    /// <para>The client's logs no longer show <c>Authorization</c>, whatever else they show.</para>
    /// <para>Not thread-safe.</para>
    /// </remarks>
    /// <param name="builder">The client.</param>
    /// <param name="name">
    /// The name of the app, or <see langword="null"/> for the one without a name. If the app was never added, creating the client throws an
    /// <see cref="InvalidOperationException"/>. If its settings are missing or invalid, creating the client throws an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/>, and if they can't be read, a <see cref="TokenRequestException"/>.
    /// </param>
    /// <returns><paramref name="builder"/></returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or white space.</exception>
    public static IHttpClientBuilder AddSpotifyBearerToken(this IHttpClientBuilder builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string app = name is null ? Options.DefaultName : AppRegistration.NameOf(name);
        // The builder that ConfigureHttpClientDefaults passes has no name.
        bool isForAllClients = builder.Name is null;

        builder.ConfigureAdditionalHttpMessageHandlers((handlers, services) => AddHandler(handlers, AppRegistration.Provider(services, app, nameof(AddSpotifyBearerToken)), isForAllClients));
        builder.NeverLogAuthorization();
        return isForAllClients
            ? builder
            : builder.ConfigureHttpClient((services, client) => client.BaseAddress ??= AppRegistration.Provider(services, app, nameof(AddSpotifyBearerToken)).Options.Current.ApiBaseAddress);
    }

    private static void AddHandler(IList<DelegatingHandler> handlers, ClientCredentialsTokenProvider provider, bool isFromDefaults)
    {
        BearerTokenHandler? present = handlers.OfType<BearerTokenHandler>().FirstOrDefault();
        if (present is { IsFromDefaults: true } && !isFromDefaults)
        {
            // Defaults come first. The client's own call also determines the position, which may be inside a resilience handler.
            handlers.Remove(present);
            present = null;
        }

        if (present is null)
        {
            handlers.Add(new BearerTokenHandler(provider) { IsFromDefaults = isFromDefaults });
        }
        else if (present.Provider != provider)
        {
            throw new InvalidOperationException(
                $"AddSpotifyBearerToken was called for two Spotify apps on one HTTP client: '{present.Provider.Options.DisplayName}' and "
                    + $"'{provider.Options.DisplayName}'. Remove one of the calls, or add a client for each app.");
        }
    }
}
