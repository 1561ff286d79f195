using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Net;
using System.Text;

namespace SpotifyClientCredentials.Testing;

/// <summary>A response that <see cref="FakeSpotify"/> sends in place of its default one.</summary>
/// <remarks>
/// <para>Immutable and thread-safe. Methods such as <see cref="WithHeader"/> and <see cref="WaitFor(Task)"/> return a new response, and the
/// same response can be sent any number of times.</para>
/// <para><see cref="ToString"/> includes neither headers nor body. Debugger views and JSON written by <see cref="System.Text.Json"/> show
/// everything that you put into the response.</para>
/// <para>The server adds <c>Content-Length</c> unless the response has that header or <c>Transfer-Encoding</c>. A <c>Content-Length</c>
/// larger than the body ends in a truncated body. With <c>Transfer-Encoding</c>, the body is sent in chunks.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class FakeResponse
{
    /// <summary>Initializes a new response without headers and body.</summary>
    /// <param name="statusCode">The status code, from 200 to 999.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="statusCode"/> is less than 200 or greater than 999.</exception>
    public FakeResponse(HttpStatusCode statusCode)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((int)statusCode, 200, nameof(statusCode));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)statusCode, 999, nameof(statusCode));
        StatusCode = statusCode;
        Headers = ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty;
    }

    private FakeResponse(FakeResponse original)
    {
        StatusCode = original.StatusCode;
        Headers = original.Headers;
        Body = original.Body;
        Delay = original.Delay;
        Kind = original.Kind;
        GetTask = original.GetTask;
    }

    /// <summary>Gets the status code.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Gets the headers. Names are case-insensitive. A header with several values is sent as one line per value.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; private init; }

    /// <summary>Gets the body.</summary>
    /// <value>Empty by default.</value>
    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>Gets the delay before the response is sent, measured on the clock of the <see cref="FakeSpotify"/> that sends it.</summary>
    /// <value>Zero by default.</value>
    public TimeSpan Delay { get; private init; }

    internal FakeResponseKind Kind { get; private init; }

    internal Func<RecordedRequest, Task>? GetTask { get; private init; }

    /// <summary>Creates a response with a JSON body, which is sent unchanged.</summary>
    /// <param name="json">The body. It doesn't have to be valid JSON.</param>
    /// <param name="statusCode">The status code. The default is 200.</param>
    /// <returns>A response with <c>Content-Type: application/json; charset=utf-8</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="statusCode"/> is less than 200 or greater than 999.</exception>
    public static FakeResponse Json(string json, HttpStatusCode statusCode = HttpStatusCode.OK) =>
        Text(json, statusCode, "application/json; charset=utf-8");

    /// <summary>Creates a response with a text body, encoded as UTF-8.</summary>
    /// <param name="text">The body.</param>
    /// <param name="statusCode">The status code. The default is 200.</param>
    /// <param name="mediaType">The value of <c>Content-Type</c>, for example <c>text/html</c>. The default is <c>text/plain</c>.</param>
    /// <returns>The response.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> or <paramref name="mediaType"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="statusCode"/> is less than 200 or greater than 999.</exception>
    public static FakeResponse Text(string text, HttpStatusCode statusCode = HttpStatusCode.OK, string mediaType = "text/plain")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(mediaType);
        return new FakeResponse(new FakeResponse(statusCode).WithHeader("Content-Type", mediaType)) { Body = Encoding.UTF8.GetBytes(text) };
    }

    /// <summary>Creates a redirect.</summary>
    /// <param name="location">The value of <c>Location</c>. It can be relative.</param>
    /// <param name="statusCode">The status code. The default is 302.</param>
    /// <returns>The response.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="location"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="statusCode"/> is less than 200 or greater than 999.</exception>
    public static FakeResponse Redirect(Uri location, HttpStatusCode statusCode = HttpStatusCode.Found)
    {
        ArgumentNullException.ThrowIfNull(location);
        return new FakeResponse(statusCode).WithHeader("Location", location.OriginalString);
    }

    /// <summary>
    /// Returns the status code, for example <c>503 ServiceUnavailable</c>, or the name of a predefined response without a status code, for
    /// example <c>NoResponse</c>.
    /// </summary>
    /// <returns>A string that contains no secret: neither headers nor body.</returns>
    public override string ToString() => Kind == FakeResponseKind.Scripted ? $"{(int)StatusCode} {StatusCode}" : Kind.ToString();
}
