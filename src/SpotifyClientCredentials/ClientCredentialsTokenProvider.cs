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
            new TokenEndpointClient(ClientFactory(httpClient), timeProvider ?? TimeProvider.System, Telemetry.Shared),
            timeProvider ?? TimeProvider.System,
            logger ?? (ILogger)NullLogger.Instance,
            Telemetry.Shared)
    {
    }

    internal ClientCredentialsTokenProvider(
        OptionsSource options, ITokenSource source, TimeProvider timeProvider, ILogger logger, Telemetry telemetry)
    {
        Options = options;
        Logger = logger;
        Cache = new TokenCache(this, source, timeProvider, logger, telemetry);
        Wait = new TokenWait(Cache, options.GetAsync, timeProvider);
        Options.Changed += OnOptionsChanged;
    }

    internal TokenCache Cache { get; }

    internal TokenWait Wait { get; }

    internal OptionsSource Options { get; }

    internal ILogger Logger { get; }

    /// <summary>Gets an access token that is usable now.</summary>
    /// <remarks>
    /// <para>Returns a cached token at once. Shortly before it expires, the next call starts its renewal in the background and still returns
    /// at once. Only without a usable token does a call wait, for at most <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>,
    /// and all such callers share one token request.</para>
    /// <para>If the request fails and the failure may pass, it's sent again after a backoff of half a second, which doubles each time. Calls wait
    /// for that, too, while the outage is younger than <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>. In a longer outage,
    /// calls during the backoff fail at once.</para>
    /// <para>Thread-safe.</para>
    /// </remarks>
    /// <param name="cancellationToken">Ends this caller's wait and no other's.</param>
    /// <returns>The token. If the Web API rejects it, pass it to <see cref="GetTokenAsync(AccessToken, CancellationToken)"/>.</returns>
    /// <exception cref="TokenRequestException">No token is available. Each caller gets its own instance.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="OptionsValidationException">The settings are invalid, and none were valid before.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed.</exception>
#pragma warning disable RS0026 // The overloads differ in a required parameter, so no call is ambiguous.
    public ValueTask<AccessToken> GetTokenAsync(CancellationToken cancellationToken = default) =>
        GetTokenAsync(isAsync: true, startedAt: null, cancellationToken);

    /// <summary>Gets another access token than one that the Web API rejected with 401.</summary>
    /// <remarks>
    /// <para>If the token was replaced meanwhile, returns the current one at once. Otherwise, the call waits for a new one, which is requested once
    /// for all callers. Other calls of <see cref="GetTokenAsync(CancellationToken)"/> get the rejected token until there is another, because
    /// a 401 may concern a single request: an endpoint that needs a user rejects every application token.</para>
    /// <para>A few rejected tokens are replaced at once: four, and another one each 30 seconds, or each quarter of the renewal window if
    /// that is shorter. If the Web API has accepted none of the tokens that replaced another, the next one is requested after a second, which
    /// doubles each time up to the renewal window. <see cref="BearerTokenHandler"/> reports what the Web API accepts. Nothing does so if you call
    /// this method without the handler.</para>
    /// <para>Thread-safe. <see cref="BearerTokenHandler"/> calls it for you. RFC 6750, section 3.1.</para>
    /// </remarks>
    /// <param name="rejected">The token that the rejected request carried.</param>
    /// <param name="cancellationToken">Ends this caller's wait and no other's.</param>
    /// <returns>A usable token with another value.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rejected"/> is <see langword="null"/>.</exception>
    /// <exception cref="TokenRequestException">No other token is available now. Each caller gets its own instance.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="OptionsValidationException">The settings are invalid, and none were valid before.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed.</exception>
    public ValueTask<AccessToken> GetTokenAsync(AccessToken rejected, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        return WaitAsync(isAsync: true, rejected, startedAt: null, cancellationToken);
    }
#pragma warning restore RS0026

    /// <summary>Cancels a token request in flight. Waiting and later calls get <see cref="ObjectDisposedException"/>. A second call has no effect.</summary>
    /// <remarks>Thread-safe. A container disposes the providers that it created.</remarks>
    public void Dispose()
    {
        Cache.Dispose();
        Options.Changed -= OnOptionsChanged;
        Options.Dispose();
    }

    /// <summary><see cref="GetTokenAsync(CancellationToken)"/> for a call that may block, and that may have waited for the settings since <paramref name="startedAt"/>.</summary>
    internal ValueTask<AccessToken> GetTokenAsync(bool isAsync, long? startedAt, CancellationToken cancellationToken) =>
        Cache.TryGet() is { } token ? new ValueTask<AccessToken>(token) : WaitAsync(isAsync, rejected: null, startedAt, cancellationToken);

    private async ValueTask<AccessToken> WaitAsync(bool isAsync, AccessToken? rejected, long? startedAt, CancellationToken cancellationToken)
    {
        TokenDecision decision = await Wait.RunAsync(isAsync, rejected, cancellationToken, startedAt).ConfigureAwait(false);
        return decision.Token ?? throw decision.Failure!;
    }

    private void OnOptionsChanged() => Cache.OnOptionsChanged(() => Options.Known!);

    private static Func<HttpClient> ClientFactory(HttpClient httpClient)
    {
        ArgumentNullException.ThrowIfNull(httpClient);
        return () => httpClient;
    }
}
