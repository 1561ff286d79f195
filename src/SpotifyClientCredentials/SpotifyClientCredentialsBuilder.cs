using Microsoft.Extensions.DependencyInjection;

namespace SpotifyClientCredentials;

/// <summary>What <c>AddSpotifyClientCredentials</c> returns: one Spotify app, to be configured further.</summary>
/// <remarks>Not thread-safe, like the service collection that it fills.</remarks>
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
}
