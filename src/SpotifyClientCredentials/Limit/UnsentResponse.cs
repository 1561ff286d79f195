using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace SpotifyClientCredentials.Limit;

/// <summary>A 429 of the library's own, to a request that wasn't sent. It has the shape of Spotify's.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/concepts/api-calls#regular-error-object</remarks>
internal static class UnsentResponse
{
    // Reading Options would allocate them for each request that is sent.
    private static readonly ConditionalWeakTable<HttpRequestMessage, object> Unsent = [];
    private static volatile bool _hasAny;

    public static HttpResponseMessage Create(HttpRequestMessage request, TimeSpan retryAfter)
    {
        request.Options.Set(SpotifyRateLimitOptions.NotSent, true);
        Unsent.AddOrUpdate(request, request);
        _hasAny = true;
        HttpResponseMessage response = new(HttpStatusCode.TooManyRequests)
        {
            RequestMessage = request,
            Content = new ByteArrayContent("""{"error":{"status":429,"message":"API rate limit exceeded"}}"""u8.ToArray()),
        };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        response.Headers.Add("Retry-After", Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
        return response;
    }

    public static bool WasReturnedFor(HttpRequestMessage request) => _hasAny && Unsent.TryGetValue(request, out _);

    /// <summary>The request is sent now.</summary>
    public static void OnSending(HttpRequestMessage request)
    {
        if (_hasAny && Unsent.Remove(request))
        {
            _ = ((IDictionary<string, object?>)request.Options).Remove(SpotifyRateLimitOptions.NotSent.Key);
        }
    }
}
