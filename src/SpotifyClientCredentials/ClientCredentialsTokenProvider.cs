using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials;

/// <summary>
/// Provides the application's access token: acquires it when it's first needed, caches it, renews it in the background shortly before it
/// expires, and lets any number of callers share one token request.
/// </summary>
/// <remarks>
/// <para>Thread-safe. Use one instance per Spotify app and process; <c>AddSpotifyClientCredentials</c> registers it as a singleton, keyed by
/// the app's name if it has one.</para>
/// <para>The flow is OAuth 2.0 client credentials: RFC 6749, section 4.4, and
/// https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow.</para>
/// </remarks>
public sealed class ClientCredentialsTokenProvider : IDisposable
{
    private readonly OptionsSource _options;

    /// <summary>Initializes a provider without dependency injection.</summary>
    /// <param name="httpClient">
    /// Sends the token requests. The provider never disposes it. Its handler shouldn't follow redirects; a response that came by one is
    /// refused.
    /// </param>
    /// <param name="options">The app's credentials and settings, which are validated and copied.</param>
    /// <param name="timeProvider">The clock, or <see langword="null"/> for <see cref="TimeProvider.System"/>.</param>
    /// <param name="logger">The logger, or <see langword="null"/> to log nothing.</param>
    /// <exception cref="ArgumentNullException"><paramref name="httpClient"/> or <paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="OptionsValidationException">A setting is missing or invalid.</exception>
    public ClientCredentialsTokenProvider(
        HttpClient httpClient,
        SpotifyClientCredentialsOptions options,
        TimeProvider? timeProvider = null,
        ILogger<ClientCredentialsTokenProvider>? logger = null)
        : this(
            OptionsSource.Create(options ?? throw new ArgumentNullException(nameof(options))),
            new TokenEndpointClient(ClientFactory(httpClient), timeProvider ?? TimeProvider.System, logger ?? (ILogger)NullLogger.Instance, Telemetry.Shared),
            timeProvider ?? TimeProvider.System,
            logger ?? (ILogger)NullLogger.Instance,
            Telemetry.Shared)
    {
    }

    internal ClientCredentialsTokenProvider(
        OptionsSource options, ITokenSource source, TimeProvider timeProvider, ILogger logger, Telemetry telemetry)
    {
        _options = options;
        Cache = new TokenCache(this, () => options.Current, source, timeProvider, logger, telemetry);
        _options.Changed += Cache.OnOptionsChanged;
    }

    internal TokenCache Cache { get; }

    internal OptionsSnapshot Options => _options.Current;

    /// <summary>Null while the current flow of execution reads the first settings.</summary>
    internal OptionsSnapshot? OptionsOrNull => _options.CurrentOrNull;

    /// <summary>Gets an access token that is usable now.</summary>
    /// <remarks>
    /// <para>Returns a cached token at once. Shortly before it expires, the next call starts its renewal in the background and still returns
    /// at once. Only without a usable token does a call wait, for at most <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>,
    /// and all such callers share one token request.</para>
    /// <para>After a failure there is a short backoff, in which nothing is sent and calls that need a new token fail at once.</para>
    /// <para>Thread-safe.</para>
    /// </remarks>
    /// <param name="cancellationToken">Ends this caller's wait and no other's.</param>
    /// <returns>The token. If the Web API rejects it, pass it to <see cref="Invalidate"/>.</returns>
    /// <exception cref="TokenRequestException">No token is available. Each caller gets its own instance.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="OptionsValidationException">The settings are invalid, and none were valid before.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed.</exception>
    public ValueTask<AccessToken> GetTokenAsync(CancellationToken cancellationToken = default) => Cache.GetTokenAsync(cancellationToken);

    /// <summary>Reports that the Web API rejected a token with 401, so that the next call gets another.</summary>
    /// <remarks>
    /// <para>Has an effect only while <paramref name="rejected"/> is the current token: of a thousand callers whose requests got a 401, one
    /// causes a renewal. Such renewals are at least 30 seconds apart, or a quarter of the renewal window if that is shorter. The time doubles, up to
    /// the whole window, each time the new token is rejected too. In between, the token stays in use.</para>
    /// <para>Thread-safe. <see cref="BearerTokenHandler"/> calls it for you. RFC 6750, section 3.1.</para>
    /// </remarks>
    /// <param name="rejected">The token that the rejected request carried.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rejected"/> is <see langword="null"/>.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed.</exception>
    public void Invalidate(AccessToken rejected)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        _ = Cache.TryReplace(rejected);
    }

    /// <summary>Cancels a token request in flight. Waiting and later calls get <see cref="ObjectDisposedException"/>. A second call has no effect.</summary>
    /// <remarks>Thread-safe. A container disposes the providers that it created.</remarks>
    public void Dispose()
    {
        Cache.Dispose();
        _options.Changed -= Cache.OnOptionsChanged;
        _options.Dispose();
    }

    private static Func<HttpClient> ClientFactory(HttpClient httpClient)
    {
        ArgumentNullException.ThrowIfNull(httpClient);
        return () => httpClient;
    }
}
