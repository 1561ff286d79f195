using System.Globalization;
using System.Net;
using SpotifyClientCredentials.Testing.Server;

namespace SpotifyClientCredentials.Testing;

public sealed partial class FakeResponse
{
    /// <summary>The usual answer, as if nothing were scripted. Held back by <see cref="WaitFor(Task)"/> or <see cref="WithDelay"/>, the
    /// usual answer comes late; enqueued, it stands between scripted ones.</summary>
    public static FakeResponse Default { get; } = new(HttpStatusCode.OK) { Kind = FakeResponseKind.Default };

    /// <summary>Never answers: the request stays open until the client goes away or the server is disposed.</summary>
    public static FakeResponse NoResponse { get; } = new(HttpStatusCode.OK) { Kind = FakeResponseKind.NoResponse };

    /// <summary>Resets the connection (TCP RST) in place of an answer.</summary>
    public static FakeResponse ConnectionReset { get; } = new(HttpStatusCode.OK) { Kind = FakeResponseKind.ConnectionReset };

    /// <summary>The token endpoint's 400 for a client id that it does not know: <c>invalid_client</c>, "Invalid client" (RFC 6749, section
    /// 5.2, gives 401; Spotify sends 400).</summary>
    public static FakeResponse InvalidClient { get; } =
        Json("""{"error":"invalid_client","error_description":"Invalid client"}""", HttpStatusCode.BadRequest);

    /// <summary>The token endpoint's 400 for a wrong client secret: <c>invalid_client</c>, "Invalid client secret".</summary>
    public static FakeResponse InvalidClientSecret { get; } =
        Json("""{"error":"invalid_client","error_description":"Invalid client secret"}""", HttpStatusCode.BadRequest);

    /// <summary>A gateway's 503 with an HTML page.</summary>
    public static FakeResponse ServiceUnavailableHtml { get; } = Text(
        "<html><head><title>503 Service Temporarily Unavailable</title></head>"
        + "<body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>",
        HttpStatusCode.ServiceUnavailable,
        "text/html");

    /// <summary>A gateway's 503 with the plain text "upstream connect error or disconnect/reset before headers. …".</summary>
    public static FakeResponse UpstreamReset { get; } = Text(
        "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
        HttpStatusCode.ServiceUnavailable);

    /// <summary>The Web API's 401 for a token that is missing, invalid or expired, with <c>WWW-Authenticate: Bearer realm="spotify"</c>
    /// (RFC 6750, section 3).</summary>
    public static FakeResponse Unauthorized { get; } = ApiError.Create(HttpStatusCode.Unauthorized, "Missing/invalid/expired access token")
        .WithHeader("WWW-Authenticate", "Bearer realm=\"spotify\"");

    /// <summary>The Web API's 429, "API rate limit exceeded".</summary>
    /// <param name="retryAfter">The value of <c>Retry-After</c>, sent in whole seconds and rounded up; null leaves the header out.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retryAfter"/> is negative.</exception>
    /// <remarks>https://developer.spotify.com/documentation/web-api/concepts/rate-limits</remarks>
    public static FakeResponse RateLimited(TimeSpan? retryAfter = null)
    {
        FakeResponse response = ApiError.Create(HttpStatusCode.TooManyRequests, "API rate limit exceeded");
        if (retryAfter is not { } wait)
        {
            return response;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(retryAfter));
        return response.WithHeader("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture));
    }
}
