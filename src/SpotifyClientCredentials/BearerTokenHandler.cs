using System.Net.Http.Headers;
using SpotifyClientCredentials.Attach;

namespace SpotifyClientCredentials;

/// <summary>
/// Adds the current access token to each request to the Spotify Web API (RFC 6750, section 2.1). If the response is 401, it gets a new token
/// and sends the request once more.
/// </summary>
/// <remarks>
/// <para>Only requests to the scheme, host and port of <see cref="SpotifyClientCredentialsOptions.ApiBaseAddress"/> get the token, and only
/// if they have no Authorization header of their own. All others pass unchanged.</para>
/// <para>Without a token, the request isn't sent, and the caller gets the <see cref="TokenRequestException"/>.</para>
/// <para>A request is sent again only if it has no content or its content is in memory. The handler doesn't act on status codes other than
/// 401.</para>
/// <para>Thread-safe. The handler has no token state of its own. Add it after resilience handlers, so that each of their attempts gets the
/// token that is current at that time.</para>
/// </remarks>
public sealed class BearerTokenHandler : DelegatingHandler
{
    /// <summary>Initializes a handler. Without a handler factory, set <see cref="DelegatingHandler.InnerHandler"/> too.</summary>
    /// <param name="provider">Provides the tokens. The handler doesn't dispose it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="provider"/> is <see langword="null"/>.</exception>
    public BearerTokenHandler(ClientCredentialsTokenProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        Provider = provider;
    }

    internal ClientCredentialsTokenProvider Provider { get; }

    /// <summary>Whether ConfigureHttpClientDefaults added it, so that a client's own handler replaces it.</summary>
    internal bool IsFromDefaults { get; init; }

    /// <inheritdoc/>
    /// <exception cref="TokenRequestException">No token is available: the request wasn't sent, or the response was 401.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are invalid, and none were valid before.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed: the request wasn't sent, or the response was 401.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!MayCarryToken(request))
        {
            return base.SendAsync(request, cancellationToken);
        }

        ValueTask<AccessToken> getting = Provider.GetTokenAsync(cancellationToken);
        return getting.IsCompletedSuccessfully
            ? SendWithAsync(getting.Result, request, cancellationToken)
            : SendWhenAcquiredAsync(getting, request, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="TokenRequestException">No token is available: the request wasn't sent, or the response was 401.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are invalid, and none were valid before.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed: the request wasn't sent, or the response was 401.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!MayCarryToken(request))
        {
            return base.Send(request, cancellationToken);
        }

        AccessToken token = Provider.Cache.GetToken(cancellationToken);
        if (!MayCarryToken(request))
        {
            // While this call waited, changed settings moved the Web API elsewhere.
            return base.Send(request, cancellationToken);
        }

        request.Headers.Authorization = BearerHeaderValue.GetOrCreate(token, Provider.Cache);
        HttpResponseMessage response = base.Send(request, cancellationToken);
        return !UnauthorizedRetry.NeedsInspection(response, Provider.Cache) ? response : new UnauthorizedRetry(
            Provider.Cache,
            IsForApi,
            () => new ValueTask<AccessToken>(Provider.Cache.GetToken(cancellationToken)),
            message => new ValueTask<HttpResponseMessage>(base.Send(message, cancellationToken)))
            .RunAsync(response, request, token).AsTask().GetAwaiter().GetResult();
    }

    private async Task<HttpResponseMessage> SendWhenAcquiredAsync(
        ValueTask<AccessToken> getting, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        AccessToken token = await getting.ConfigureAwait(false);
        // While this call waited, changed settings may have moved the Web API elsewhere.
        Task<HttpResponseMessage> sending = MayCarryToken(request)
            ? SendWithAsync(token, request, cancellationToken)
            : base.SendAsync(request, cancellationToken);
        return await sending.ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendWithAsync(AccessToken token, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = BearerHeaderValue.GetOrCreate(token, Provider.Cache);
        Task<HttpResponseMessage> sending = base.SendAsync(request, cancellationToken);
        return sending.IsCompletedSuccessfully && !UnauthorizedRetry.NeedsInspection(sending.Result, Provider.Cache)
            ? sending
            : InspectAsync(sending, request, token, cancellationToken);
    }

    private async Task<HttpResponseMessage> InspectAsync(
        Task<HttpResponseMessage> sending, HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await sending.ConfigureAwait(false);
        return UnauthorizedRetry.NeedsInspection(response, Provider.Cache)
            ? await RetryAsync(response, request, token, cancellationToken).ConfigureAwait(false)
            : response;
    }

    // A method of its own, so that the delegates are allocated only for a retry. A Task, because InspectAsync already awaits one: another awaiter would
    // make the state machine of every call larger.
    private Task<HttpResponseMessage> RetryAsync(
        HttpResponseMessage response, HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken) => new UnauthorizedRetry(
            Provider.Cache,
            IsForApi,
            () => Provider.GetTokenAsync(cancellationToken),
            message => new ValueTask<HttpResponseMessage>(base.SendAsync(message, cancellationToken)))
            .RunAsync(response, request, token).AsTask();

    private bool MayCarryToken(HttpRequestMessage request)
    {
        AuthenticationHeaderValue? authorization = request.Headers.Authorization;
        if (IsForApi(request))
        {
            // The raw headers count too: a header that was added without validation may not parse, and is still the caller's.
            return authorization is null ? !request.Headers.NonValidated.Contains("Authorization")
                : authorization is BearerHeaderValue || BearerHeaderValue.IsKnown(authorization, Provider.Cache);
        }

        if (authorization is BearerHeaderValue { Cache: var cache } ? cache == Provider.Cache
            : authorization is not null && BearerHeaderValue.IsKnown(authorization, Provider.Cache))
        {
            // An outer handler sends the message again, now to another origin.
            request.Headers.Authorization = null;
        }

        return false;
    }

    private bool IsForApi(HttpRequestMessage request)
    {
        try
        {
            return Provider.OptionsOrNull is { } options && ApiOrigin.Contains(options, request.RequestUri);
        }
        catch (Exception) when (IsFromDefaults && !ApiOrigin.IsDefault(request.RequestUri))
        {
            // Without valid settings, no request to Spotify works. A handler that every client got must not break the others.
            return false;
        }
    }
}
