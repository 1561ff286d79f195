using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Net;
using System.Text;
using SpotifyClientCredentials.Testing.Server;

namespace SpotifyClientCredentials.Testing;

/// <summary>An answer that a test gives <see cref="FakeSpotify"/> to send in place of its own.</summary>
/// <remarks>
/// <para>Immutable, and so thread-safe: every <c>With…</c> method returns a new answer, and one answer may be sent many times.</para>
/// <para><see cref="ToString"/> says neither headers nor body. Otherwise what a test has put into an answer is not hidden from it: debugger
/// views and JSON written by <see cref="System.Text.Json"/> show all of it.</para>
/// <para><c>Content-Length</c> is set unless the answer has a header of that name (one larger than the body ends in a body cut short) or
/// a <c>Transfer-Encoding</c> header, whose answer is sent in chunks.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class FakeResponse
{
    /// <summary>An answer without headers and body.</summary>
    /// <param name="statusCode">Its status, 200 to 999.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="statusCode"/> is below 200 or above 999.</exception>
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
        WaitsFor = original.WaitsFor;
    }

    /// <summary>The answer's status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>The answer's headers, by name in any letter case; a name with several values is sent in as many lines.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; private init; }

    /// <summary>The answer's body.</summary>
    /// <value>Empty by default.</value>
    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>How long the answer is held back, on the clock of the <see cref="FakeSpotify"/> that sends it.</summary>
    /// <value>Zero by default.</value>
    public TimeSpan Delay { get; private init; }

    internal FakeResponseKind Kind { get; private init; }

    internal Func<RecordedRequest, Task>? WaitsFor { get; private init; }

    /// <summary>An answer with a JSON body, sent as it is given.</summary>
    /// <param name="json">The body; it need not be valid JSON.</param>
    /// <param name="statusCode">The status; 200 unless given.</param>
    /// <returns>An answer of media type <c>application/json</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="statusCode"/> is below 200 or above 999.</exception>
    public static FakeResponse Json(string json, HttpStatusCode statusCode = HttpStatusCode.OK) => Text(json, statusCode, "application/json");

    /// <summary>An answer with a text body in UTF-8.</summary>
    /// <param name="text">The body.</param>
    /// <param name="statusCode">The status; 200 unless given.</param>
    /// <param name="mediaType">The value of <c>Content-Type</c>, e.g. <c>text/html</c>; <c>text/plain</c> unless given.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> or <paramref name="mediaType"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="statusCode"/> is below 200 or above 999.</exception>
    public static FakeResponse Text(string text, HttpStatusCode statusCode = HttpStatusCode.OK, string mediaType = "text/plain")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(mediaType);
        return new FakeResponse(new FakeResponse(statusCode).WithHeader("Content-Type", mediaType)) { Body = Encoding.UTF8.GetBytes(text) };
    }

    /// <summary>An answer that sends the client elsewhere.</summary>
    /// <param name="location">The value of <c>Location</c>; may be relative.</param>
    /// <param name="statusCode">The status, 302 unless given.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="location"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="statusCode"/> is below 200 or above 999.</exception>
    public static FakeResponse Redirect(Uri location, HttpStatusCode statusCode = HttpStatusCode.Found)
    {
        ArgumentNullException.ThrowIfNull(location);
        return new FakeResponse(statusCode).WithHeader("Location", location.OriginalString);
    }

    /// <summary>The status, e.g. <c>503 ServiceUnavailable</c>, or what the answer does instead; no header, no body.</summary>
    /// <returns>A text that contains no secret.</returns>
    public override string ToString() => Kind == FakeResponseKind.Scripted ? $"{(int)StatusCode} {StatusCode}" : Kind.ToString();
}
