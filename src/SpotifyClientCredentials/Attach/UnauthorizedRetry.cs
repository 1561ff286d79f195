using System.Net;
using System.Net.Http.Json;
using SpotifyClientCredentials.Cache;

namespace SpotifyClientCredentials.Attach;

/// <summary>
/// The rule for 401 (RFC 6750, section 3.1): the request is sent once more, with another token if there is one. A 401 that this can't cure is
/// returned as it came.
/// </summary>
/// <param name="cache">The cache of the app.</param>
/// <param name="wait">Waits for a token.</param>
/// <param name="isAsync">Whether the caller doesn't block.</param>
/// <param name="isForApi">Whether a request is for the Web API.</param>
/// <param name="sendAsync">Sends the request again; completes synchronously for a caller that blocks.</param>
internal sealed class UnauthorizedRetry(
    TokenCache cache,
    TokenWait wait,
    bool isAsync,
    Func<HttpRequestMessage, bool> isForApi,
    Func<HttpRequestMessage, Task<HttpResponseMessage>> sendAsync)
{
    private bool _wasHeaderRestored;
    private bool _wasRepeated;
    private int _replacements;

    /// <summary>Whether a response concerns the rule: it's a 401, or it may show that a token is accepted.</summary>
    public static bool NeedsInspection(HttpResponseMessage response, TokenCache cache) =>
        response.StatusCode == HttpStatusCode.Unauthorized || cache.State.AwaitsAcceptance;

    /// <returns>The response, or that of the request that was sent again.</returns>
    public async Task<HttpResponseMessage> RunAsync(
        HttpResponseMessage response, HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        while (true)
        {
            AccessToken? next;
            try
            {
                next = await NextAsync(response, request, token, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                response.Dispose();
                throw;
            }
            catch (ObjectDisposedException)
            {
                return response;
            }

            // While this call waited, changed settings may have moved the Web API elsewhere.
            if (next is null || !isForApi(request))
            {
                return response;
            }

            token = next;
            response.Dispose();
            request.Headers.Authorization = BearerHeaderValue.GetOrCreate(token, cache);
            response = await sendAsync(request).ConfigureAwait(false);
        }
    }

    /// <summary>Reads JSON into memory, so that it can be sent again: it's serialized while it's sent, and an IEnumerable may yield its items only once.</summary>
    public static Task BufferAsync(HttpContent? content) => NeedsBuffer(content) ? content!.LoadIntoBufferAsync() : Task.CompletedTask;

    public static bool NeedsBuffer(HttpContent? content) => content is JsonContent
        // Not beside a stream, which may be large and isn't sent again.
        || (content is MultipartContent parts && parts.Any(NeedsBuffer) && IsResendable(parts));

    /// <summary>Whether content can be sent again: it's in memory, while a stream may have been read to its end.</summary>
    // StringContent and FormUrlEncodedContent derive from ByteArrayContent.
    public static bool IsResendable(HttpContent? content) => content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent
        || (content is MultipartContent parts && parts.All(IsResendable));

    /// <summary>The method and the path of a request, with ids as one: they are 22 letters and digits.</summary>
    public static string PathOf(HttpMethod method, Uri address) => $"{method} " + string.Join('/', Array.ConvertAll(
        address.AbsolutePath.Split('/'),
        segment => segment.Length == 22 && segment.All(char.IsAsciiLetterOrDigit) ? "{id}" : segment));

    /// <returns>The token to send the request with once more; null to return the response.</returns>
    private async ValueTask<AccessToken?> NextAsync(
        HttpResponseMessage response, HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        // Redirects below the handler rewrite the message: its address, and whether it still has the header.
        HttpRequestMessage last = response.RequestMessage ?? request;
        if (!isForApi(last))
        {
            return null;
        }

        if (!BearerHeaderValue.GetOrCreate(token, cache).Equals(last.Headers.Authorization))
        {
            bool wasHeaderDropped = last.Headers.Authorization is null && ReferenceEquals(last, request);
            bool mayRestore = response.StatusCode == HttpStatusCode.Unauthorized && wasHeaderDropped && !_wasHeaderRestored && IsResendable(request.Content);
            _wasHeaderRestored |= mayRestore;
            return mayRestore ? (await wait.RunAsync(isAsync, rejected: null, cancellationToken).ConfigureAwait(false)).Token : null;
        }

        string path = PathOf(last.Method, last.RequestUri!);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            return await ReplaceAsync(token, path, IsResendable(request.Content), cancellationToken).ConfigureAwait(false);
        }

        if (response.StatusCode is not HttpStatusCode.TooManyRequests and < HttpStatusCode.InternalServerError)
        {
            cache.OnAccepted(token, path);
        }

        return null;
    }

    private async ValueTask<AccessToken?> ReplaceAsync(AccessToken rejected, string path, bool isResendable, CancellationToken cancellationToken)
    {
        if (_wasRepeated || (_replacements == 0 && cache.RefusesEveryToken(path)))
        {
            return null;
        }

        if (!isResendable)
        {
            // The renewal concerns the other calls, too.
            cache.OnRejected(rejected);
            return null;
        }

        // A store's token that replaced a rejected one may be no better: one from the token endpoint is still to be tried.
        bool mayReplace = _replacements == 0 || (_replacements == 1 && rejected.IsFromStore);
        AccessToken? other = mayReplace ? (await wait.RunAsync(isAsync, rejected, cancellationToken).ConfigureAwait(false)).Token : null;
        if (other is not null)
        {
            _replacements++;
            return other;
        }

        if (_replacements > 0)
        {
            cache.OnRefusedByPath(rejected, path);
            return null;
        }

        // A gateway may reject a good token now and then.
        _wasRepeated = cache.IsGood(rejected);
        return _wasRepeated ? rejected : null;
    }
}
