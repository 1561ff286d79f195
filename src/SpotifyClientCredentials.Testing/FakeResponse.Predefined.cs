using System.Globalization;
using System.Net;
using SpotifyClientCredentials.Testing.Server;

namespace SpotifyClientCredentials.Testing;

public sealed partial class FakeResponse
{
    /// <summary>
    /// Gets the response that the server would send if nothing were scripted. Use it with <see cref="WaitFor(Task)"/> or
    /// <see cref="WithDelay"/> to delay the default response, or enqueue it between scripted responses.
    /// </summary>
    public static FakeResponse Default { get; } = new(HttpStatusCode.OK) { Kind = FakeResponseKind.Default };

    /// <summary>Gets a response that is never sent: the request stays open until the client disconnects or the server is disposed.</summary>
    public static FakeResponse NoResponse { get; } = new(HttpStatusCode.OK) { Kind = FakeResponseKind.NoResponse };

    /// <summary>Gets a response that resets the connection (TCP RST) instead of sending anything.</summary>
    public static FakeResponse ConnectionReset { get; } = new(HttpStatusCode.OK) { Kind = FakeResponseKind.ConnectionReset };

    /// <summary>
    /// Gets the token endpoint's 400 response to an unknown client id: <c>invalid_client</c>, "Invalid client". RFC 6749, section 5.2,
    /// specifies 401; Spotify sends 400.
    /// </summary>
    public static FakeResponse InvalidClient { get; } =
        Json("""{"error":"invalid_client","error_description":"Invalid client"}""", HttpStatusCode.BadRequest);

    /// <summary>Gets the token endpoint's 400 response to a wrong client secret: <c>invalid_client</c>, "Invalid client secret".</summary>
    public static FakeResponse InvalidClientSecret { get; } =
        Json("""{"error":"invalid_client","error_description":"Invalid client secret"}""", HttpStatusCode.BadRequest);

    /// <summary>Gets a gateway's 503 response with an HTML page.</summary>
    public static FakeResponse ServiceUnavailableHtml { get; } = Text(
        "<html><head><title>503 Service Temporarily Unavailable</title></head>"
        + "<body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>",
        HttpStatusCode.ServiceUnavailable,
        "text/html");

    /// <summary>Gets a gateway's 503 response with the plain text "upstream connect error or disconnect/reset before headers. …".</summary>
    public static FakeResponse UpstreamReset { get; } = Text(
        "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
        HttpStatusCode.ServiceUnavailable);

    /// <summary>
    /// Gets the Web API's 401 response to a missing, invalid or expired token, with <c>WWW-Authenticate: Bearer realm="spotify"</c>
    /// (RFC 6750, section 3).
    /// </summary>
    public static FakeResponse Unauthorized { get; } = ApiError.Unauthorized("Missing/invalid/expired access token");

    /// <summary>
    /// Gets the Web API's 401 response of an endpoint that needs a user's token, such as <c>/me</c>: "Valid user authentication required".
    /// Spotify sends it to valid tokens, too.
    /// </summary>
    public static FakeResponse UserRequired { get; } = ApiError.Unauthorized("Valid user authentication required");

    /// <summary>Creates the Web API's 429 response, "API rate limit exceeded".</summary>
    /// <param name="retryAfter">The value of <c>Retry-After</c>, sent in whole seconds and rounded up. If null, the header is omitted.</param>
    /// <returns>The response.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retryAfter"/> is negative.</exception>
    /// <remarks>https://developer.spotify.com/documentation/web-api/concepts/rate-limits</remarks>
    public static FakeResponse RateLimited(TimeSpan? retryAfter = null)
    {
        FakeResponse response =
            Json("""{"error":{"status":429,"message":"API rate limit exceeded"}}""", HttpStatusCode.TooManyRequests);
        if (retryAfter is not { } delay)
        {
            return response;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero, nameof(retryAfter));
        return response.WithHeader("Retry-After", Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture));
    }
}
