using System.Net.Http.Headers;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Observe;

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
    /// <exception cref="TokenRequestException">No token is available, and the request wasn't sent.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are invalid, and none were valid before.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed, and the request wasn't sent.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Without a state machine, because nothing has to be waited for.
        return !NeedsSettings && Provider.Cache.TryGet() is { } token && !UnauthorizedRetry.NeedsBuffer(request.Content)
            ? MayCarryToken(request) ? SendWithAsync(token, request, isAsync: true, cancellationToken) : base.SendAsync(request, cancellationToken)
            : PrepareAndSendAsync(request, isAsync: true, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="TokenRequestException">No token is available, and the request wasn't sent.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are invalid, and none were valid before.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed, and the request wasn't sent.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return PrepareAndSendAsync(request, isAsync: false, cancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>Whether the settings, which name the Web API, are still to be read.</summary>
    private bool NeedsSettings => Provider.Options.Known is null && !Provider.Options.IsReadingHere;

    private async Task<HttpResponseMessage> PrepareAndSendAsync(HttpRequestMessage request, bool isAsync, CancellationToken cancellationToken)
    {
        // The settings are part of the call's time limit. The content isn't.
        TimeProvider clock = Provider.Wait.ClockOf(isAsync);
        long startedAt = clock.GetTimestamp();
        if (NeedsSettings)
        {
            // Without settings, no request to Spotify works. A handler that every client got must not break the others.
            bool isOptional = IsFromDefaults && !ApiOrigin.IsDefault(request.RequestUri);
            await Provider.Options.ReadAsync(isOptional, isAsync, cancellationToken).ConfigureAwait(false);
        }

        AccessToken? token = null;
        if (MayCarryToken(request))
        {
            long bufferedFrom = clock.GetTimestamp();
            await UnauthorizedRetry.BufferAsync(request.Content).WaitAsync(cancellationToken).ConfigureAwait(false);
            startedAt += clock.GetTimestamp() - bufferedFrom;
            token = await Provider.GetTokenAsync(isAsync, startedAt, cancellationToken).ConfigureAwait(false);
        }

        // While this call waited, changed settings may have moved the Web API elsewhere.
        Task<HttpResponseMessage> sending = token is not null && MayCarryToken(request)
            ? SendWithAsync(token, request, isAsync, cancellationToken)
            : ForwardAsync(request, isAsync, cancellationToken);
        return await sending.ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendWithAsync(AccessToken token, HttpRequestMessage request, bool isAsync, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = BearerHeaderValue.GetOrCreate(token, Provider.Cache);
        Task<HttpResponseMessage> sending = ForwardAsync(request, isAsync, cancellationToken);
        return sending.IsCompletedSuccessfully && !UnauthorizedRetry.NeedsInspection(sending.Result, Provider.Cache)
            ? sending
            : InspectAsync(sending, request, token, isAsync, cancellationToken);
    }

    private async Task<HttpResponseMessage> InspectAsync(
        Task<HttpResponseMessage> sending, HttpRequestMessage request, AccessToken token, bool isAsync, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await sending.ConfigureAwait(false);
        return UnauthorizedRetry.NeedsInspection(response, Provider.Cache)
            ? await RetryAsync(response, request, token, isAsync, cancellationToken).ConfigureAwait(false)
            : response;
    }

    // A method of its own, so that the delegates are allocated only for a retry. A Task, because InspectAsync already awaits one: another awaiter would
    // make the state machine of every call larger.
    private Task<HttpResponseMessage> RetryAsync(
        HttpResponseMessage response, HttpRequestMessage request, AccessToken token, bool isAsync, CancellationToken cancellationToken) =>
        new UnauthorizedRetry(Provider.Cache, Provider.Wait, isAsync, IsForApi, message => ForwardAsync(message, isAsync, cancellationToken))
            .RunAsync(response, request, token, cancellationToken);

    private Task<HttpResponseMessage> ForwardAsync(HttpRequestMessage request, bool isAsync, CancellationToken cancellationToken) =>
        isAsync ? base.SendAsync(request, cancellationToken) : Task.FromResult(base.Send(request, cancellationToken));

    private bool MayCarryToken(HttpRequestMessage request)
    {
        AuthenticationHeaderValue? authorization = request.Headers.Authorization;
        if (IsForApi(request))
        {
            // The raw headers count too: a header that was added without validation may not parse, and is still the caller's.
            bool isFree = authorization is null ? !request.Headers.NonValidated.Contains("Authorization")
                : authorization is BearerHeaderValue || BearerHeaderValue.IsKnown(authorization, Provider.Cache);
            return isFree || LeaveAlone("an Authorization of its own");
        }

        if (authorization is BearerHeaderValue { Cache: var cache } ? cache == Provider.Cache
            : authorization is not null && BearerHeaderValue.IsKnown(authorization, Provider.Cache))
        {
            // An outer handler sends the message again, now to another origin.
            request.Headers.Authorization = null;
        }

        return LeaveAlone("another address");
    }

    private bool LeaveAlone(string reason)
    {
        Log.RequestLeftAlone(Provider.Logger, Provider.Options.DisplayName, reason);
        return false;
    }

    private bool IsForApi(HttpRequestMessage request) =>
        Provider.Options.Known is { } options && ApiOrigin.Contains(options, request.RequestUri);
}
