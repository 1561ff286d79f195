using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials;

/// <summary>Configures one Spotify app. <c>AddSpotifyClientCredentials</c> returns it.</summary>
/// <remarks>
/// <para>Not thread-safe.</para>
/// <para>Apps: https://developer.spotify.com/documentation/web-api/concepts/apps</para>
/// </remarks>
public sealed class SpotifyClientCredentialsBuilder
{
    internal SpotifyClientCredentialsBuilder(string name, IServiceCollection services, IHttpClientBuilder tokenClient) =>
        (Name, Services, TokenClient) = (name, services, tokenClient);

    /// <summary>The name of the app. It's also the name of its options and the key of its <see cref="ClientCredentialsTokenProvider"/>.</summary>
    /// <value>Empty for the app that was added without a name.</value>
    public string Name { get; }

    /// <summary>The services to which the app was added.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The builder of the <see cref="HttpClient"/> that sends the token requests. Use it to add a proxy, certificates or handlers.</summary>
    /// <remarks>
    /// <para>Of what <c>ConfigureHttpClientDefaults</c> gives to all clients, it has the primary handler alone, which is used as it is: no other
    /// handlers, no headers, no base address, no time limit and no loggers. What you set here counts.</para>
    /// <para>Its default primary handler follows no redirects and keeps no cookies. If you use another, set its <c>AllowAutoRedirect</c> to
    /// <see langword="false"/>.</para>
    /// <para>The library retries transient failures itself, within <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>.</para>
    /// </remarks>
    public IHttpClientBuilder TokenClient { get; }

    /// <summary>
    /// Shares the access token between all instances with the same credentials and the same store: one of them requests it and the others
    /// read it, so that there is about one token request per token lifetime.
    /// </summary>
    /// <remarks>
    /// <para>The store is <see cref="TokenSharingOptions.Cache"/> or, by default, the registered
    /// <see cref="Microsoft.Extensions.Caching.Distributed.IDistributedCache"/>. Without either, an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> is thrown when the host starts or when a token is first needed.
    /// The store gets one entry, encrypted with AES-256-GCM. The key is derived from the client secret (HKDF-SHA-256, RFC 5869).</para>
    /// <para>The store is read only when a token is due, and written after one was requested; tokens in use come from memory. If the store is
    /// slow, down or full of garbage, the instance continues as if it didn't share.</para>
    /// <para>Calling it again only adds configuration.</para>
    /// </remarks>
    /// <param name="configure">Sets the options, or <see langword="null"/>.</param>
    /// <returns>This builder.</returns>
    public SpotifyClientCredentialsBuilder ShareToken(Action<TokenSharingOptions>? configure = null)
    {
        AppRegistration.AddSharing(Services, Name);
        if (configure is not null)
        {
            Services.Configure(Name, configure);
        }

        return this;
    }
}
