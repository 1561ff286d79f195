using System.Net;
using System.Net.Http.Json;
using SpotifyClientCredentials.Cache;

namespace SpotifyClientCredentials.Attach;

/// <summary>The rule for 401 (RFC 6750, section 3.1): the request is sent once more with another token, if there may be one.</summary>
/// <param name="cache">The cache of the app.</param>
/// <param name="isForApi">Whether a request is for the Web API.</param>
/// <param name="getTokenAsync">Gets a token; completes synchronously for a caller that blocks.</param>
/// <param name="sendAsync">Sends the request again; completes synchronously for a caller that blocks.</param>
internal sealed class UnauthorizedRetry(
    TokenCache cache,
    Func<HttpRequestMessage, bool> isForApi,
    Func<ValueTask<AccessToken>> getTokenAsync,
    Func<HttpRequestMessage, ValueTask<HttpResponseMessage>> sendAsync)
{
    /// <summary>Whether a response concerns the rule: it's a 401, or it may show that a new token is accepted.</summary>
    public static bool NeedsInspection(HttpResponseMessage response, TokenCache cache) =>
        response.StatusCode == HttpStatusCode.Unauthorized || cache.AwaitsAcceptance;

    /// <returns>The response, or that of the request that was sent again.</returns>
    public async ValueTask<HttpResponseMessage> RunAsync(HttpResponseMessage response, HttpRequestMessage request, AccessToken token)
    {
        int rejections = 0;
        bool wasHeaderRestored = false;
        while (true)
        {
            // Redirects below the handler rewrite the message: its address, and whether it still has the header.
            HttpRequestMessage last = response.RequestMessage ?? request;
            if (!isForApi(last))
            {
                return response;
            }

            bool carriedToken = BearerHeaderValue.GetOrCreate(token, cache).Equals(last.Headers.Authorization);
            if (response.StatusCode != HttpStatusCode.Unauthorized)
            {
                if (carriedToken && (int)response.StatusCode < 400)
                {
                    cache.RecordAcceptance(token);
                }

                return response;
            }

            bool wasHeaderDropped = last.Headers.Authorization is null && ReferenceEquals(last, request);
            AccessToken? next = null;
            try
            {
                // A token from a store that replaced a rejected one may be no better: one from the token endpoint is still to be tried. The
                // cache is told of every rejection, even if this request can't be sent again: it concerns the other callers too.
                bool mayReplace = rejections == 0 || (rejections == 1 && token.IsFromStore);
                bool canRetry = carriedToken ? mayReplace && cache.TryReplace(token) : wasHeaderDropped && !wasHeaderRestored;
                if (canRetry && IsResendable(request.Content))
                {
                    next = await getTokenAsync().ConfigureAwait(false);
                }
            }
            catch
            {
                response.Dispose();
                throw;
            }

            if (next is null || (carriedToken && next.HasSameValueAs(token)) || !isForApi(request))
            {
                return response;
            }

            rejections += carriedToken ? 1 : 0;
            wasHeaderRestored |= wasHeaderDropped;
            token = next;
            response.Dispose();
            request.Headers.Authorization = BearerHeaderValue.GetOrCreate(token, cache);
            response = await sendAsync(request).ConfigureAwait(false);
        }
    }

    /// <summary>Whether content can be sent again: it's in memory, while a stream may have been read to its end.</summary>
    // StringContent and FormUrlEncodedContent derive from ByteArrayContent.
    public static bool IsResendable(HttpContent? content) => content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent
        || (content is MultipartContent parts && parts.All(IsResendable));
}
