using System.Net;
using System.Net.Http.Headers;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials;

/// <summary>
/// Gives each request to the Spotify Web API the current access token (RFC 6750, section 2.1), and a request that is answered 401 a new
/// token and a second try.
/// </summary>
/// <remarks>
/// <para>Only requests to scheme, host and port of <see cref="SpotifyClientCredentialsOptions.ApiBaseAddress"/> get the token, and only where
/// they carry no Authorization of their own. All others pass untouched.</para>
/// <para>Where no token can be had, the request is not sent and the <see cref="TokenRequestException"/> reaches the caller.</para>
/// <para>A request is sent a second time only where its content can be: none, or one that lies in memory. Status codes other than 401 are
/// never acted upon.</para>
/// <para>Holds no state and no token. Safe for any number of threads. Place it inside of resilience handlers, so that each of their tries gets
/// the token that is current then.</para>
/// </remarks>
public sealed class BearerTokenHandler : DelegatingHandler
{
    /// <summary>Makes a handler; without a handler factory, set <see cref="DelegatingHandler.InnerHandler"/> too.</summary>
    /// <param name="provider">Where the tokens come from. Not disposed with the handler.</param>
    /// <exception cref="ArgumentNullException"><paramref name="provider"/> is <see langword="null"/>.</exception>
    public BearerTokenHandler(ClientCredentialsTokenProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        Provider = provider;
    }

    internal ClientCredentialsTokenProvider Provider { get; }

    /// <summary>Whether ConfigureHttpClientDefaults added it, so that a client's own handler takes its place.</summary>
    internal bool IsFromDefaults { get; init; }

    /// <inheritdoc/>
    /// <exception cref="TokenRequestException">No token could be had: the request was not sent, or was answered 401.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">There have been no valid settings yet.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed; the request was not sent, or was answered 401.</exception>
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
            : SendWhenTokenComesAsync(getting, request, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="TokenRequestException">No token could be had: the request was not sent, or was answered 401.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">There have been no valid settings yet.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed; the request was not sent, or was answered 401.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!MayCarryToken(request))
        {
            return base.Send(request, cancellationToken);
        }

        AccessToken token = Provider.GetToken(cancellationToken);
        if (!MayCarryToken(request))
        {
            // While this call waited, changed settings moved the Web API elsewhere.
            return base.Send(request, cancellationToken);
        }

        request.Headers.Authorization = token.Header;
        HttpResponseMessage response = base.Send(request, cancellationToken);
        return NeedsInspection(response) ? RetryUnauthorizedAsync(isAsync: false, response, request, token, cancellationToken).GetAwaiter().GetResult() : response;
    }

    private bool MayCarryToken(HttpRequestMessage request)
    {
        AuthenticationHeaderValue? authorization = request.Headers.Authorization;
        if (IsForApi(request))
        {
            // The raw headers are asked too: what was added without validation may not parse, and is the caller's all the same.
            return authorization is null ? !request.Headers.NonValidated.Contains("Authorization")
                : authorization is BearerHeaderValue || Provider.Knows(authorization);
        }

        if (authorization is not null && IsOurs(authorization))
        {
            // An outer handler sends the message again, now to somebody else.
            request.Headers.Authorization = null;
        }

        return false;
    }

    // An outer handler may send a copy of the message, as Kiota's retry does; then our header is copied as text, and known by its value only.
    private bool IsOurs(AuthenticationHeaderValue authorization) =>
        authorization is BearerHeaderValue { Token.App: var app } ? app == Provider.App : Provider.Knows(authorization);

    private bool IsForApi(HttpRequestMessage request)
    {
        try
        {
            return Provider.ApiOrigin?.Contains(request.RequestUri) == true;
        }
        catch (Exception) when (IsFromDefaults && !ApiOrigin.Default.Contains(request.RequestUri))
        {
            // Without valid settings nothing of Spotify's works. A handler that every client was given must not take all others with it.
            return false;
        }
    }

    private async Task<HttpResponseMessage> SendWhenTokenComesAsync(
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
        request.Headers.Authorization = token.Header;
        Task<HttpResponseMessage> sending = base.SendAsync(request, cancellationToken);
        return sending.IsCompletedSuccessfully && !NeedsInspection(sending.Result) ? sending : InspectAsync(sending, request, token, cancellationToken);
    }

    private async Task<HttpResponseMessage> InspectAsync(
        Task<HttpResponseMessage> sending, HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await sending.ConfigureAwait(false);
        return NeedsInspection(response) ? await RetryUnauthorizedAsync(isAsync: true, response, request, token, cancellationToken).ConfigureAwait(false) : response;
    }

    private bool NeedsInspection(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.Unauthorized || Provider.AwaitsAcceptance;

    private async Task<HttpResponseMessage> RetryUnauthorizedAsync(
        bool isAsync, HttpResponseMessage response, HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        bool wasRedirectedBefore = false;
        int rejections = 0;
        while (true)
        {
            // Redirects below this handler rewrite the message: its address, and whether it still has the header.
            HttpRequestMessage last = response.RequestMessage ?? request;
            if (!IsForApi(last))
            {
                return response;
            }

            bool carriedToken = token.Header.Equals(last.Headers.Authorization);
            if (response.StatusCode != HttpStatusCode.Unauthorized)
            {
                if (carriedToken && (int)response.StatusCode < 400)
                {
                    Provider.Accept(token);
                }

                return response;
            }

            bool wasHeaderDropped = last.Headers.Authorization is null && ReferenceEquals(last, request);
            AccessToken? next = null;
            try
            {
                // Asked first: a request that cannot be sent again has still shown that its token is no good for the others.
                // What a store had in place of the first may be no better: one from the token endpoint is still to be tried.
                bool mayReplace = rejections == 0 || (rejections == 1 && token.Origin == TokenOrigin.Store);
                bool isCurable = carriedToken ? mayReplace && Provider.TryReplace(token) : wasHeaderDropped && !wasRedirectedBefore;
                if (isCurable && ResendableContent.Is(request.Content))
                {
                    next = isAsync ? await Provider.GetTokenAsync(cancellationToken).ConfigureAwait(false) : Provider.GetToken(cancellationToken);
                }
            }
            catch
            {
                response.Dispose();
                throw;
            }

            if (next is null || (carriedToken && next.HasSameValueAs(token)) || !IsForApi(request))
            {
                return response;
            }

            rejections += carriedToken ? 1 : 0;
            wasRedirectedBefore |= wasHeaderDropped;
            token = next;
            response.Dispose();
            request.Headers.Authorization = token.Header;
            response = isAsync ? await base.SendAsync(request, cancellationToken).ConfigureAwait(false) : base.Send(request, cancellationToken);
        }
    }
}
