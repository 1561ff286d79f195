using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials;

/// <summary>What <c>AddSpotifyClientCredentials</c> returns: one Spotify app, to be configured further.</summary>
/// <remarks>
/// <para>Not thread-safe, like the service collection that it fills.</para>
/// <para>Apps: https://developer.spotify.com/documentation/web-api/concepts/apps</para>
/// </remarks>
public sealed class SpotifyClientCredentialsBuilder
{
    internal SpotifyClientCredentialsBuilder(string appName, IServiceCollection services, IHttpClientBuilder tokenClient)
    {
        AppName = appName;
        Services = services;
        TokenClient = tokenClient;
    }

    /// <summary>The name of the app: of its options, and the key of its <see cref="ClientCredentialsTokenProvider"/>.</summary>
    /// <value>Empty for the app that is added without a name.</value>
    public string AppName { get; }

    /// <summary>The service collection to which the app was added.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The <see cref="HttpClient"/> that sends the token requests: the place for a proxy, certificates or handlers of your own.</summary>
    /// <remarks>
    /// It has none of the additional handlers that <c>ConfigureHttpClientDefaults</c> adds to other clients. Whatever primary handler you give
    /// it follows no redirect, keeps no cookies and asks for no compression. The library has its own retry and time limit:
    /// <see cref="SpotifyClientCredentialsOptions.MaxRetryAttempts"/> and <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>.
    /// </remarks>
    public IHttpClientBuilder TokenClient { get; }

    /// <summary>
    /// Shares the access token between all instances that have the same credentials and the same store: one of them requests it, and the others
    /// read it, about one token request per life of a token.
    /// </summary>
    /// <remarks>
    /// <para>The store is the <see cref="Microsoft.Extensions.Caching.Distributed.IDistributedCache"/> that you register, or
    /// <see cref="TokenSharingOptions.Cache"/>; where there is neither, that is an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> when the host starts or when a token is first needed. It gets one
    /// entry, encrypted with AES-256-GCM under a key that is derived from the client secret (HKDF-SHA-256, RFC 5869).</para>
    /// <para>It is read only where a token is due and written after one was acquired; tokens in use are still taken from memory. Where it is slow,
    /// down or full of garbage the instance goes on alone, as without sharing.</para>
    /// <para>Calling it again has no effect but to configure further.</para>
    /// </remarks>
    /// <param name="configure">Sets the options, or <see langword="null"/>.</param>
    /// <returns>The app, to be configured further.</returns>
    public SpotifyClientCredentialsBuilder ShareToken(Action<TokenSharingOptions>? configure = null)
    {
        TokenSharing.AddTo(Services, AppName);
        if (configure is not null)
        {
            Services.Configure(AppName, configure);
        }

        return this;
    }
}
