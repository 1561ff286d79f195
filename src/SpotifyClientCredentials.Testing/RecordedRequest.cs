using System.Diagnostics;
using System.Text.Json.Serialization;

namespace SpotifyClientCredentials.Testing;

/// <summary>A request as <see cref="FakeSpotify"/> received it.</summary>
/// <remarks>
/// <para>Immutable, and so thread-safe.</para>
/// <para>Nothing is masked in <see cref="Headers"/> and <see cref="Body"/>: a test can look at the client's credentials and at the access
/// token there. <see cref="ToString"/>, debugger views and JSON written by <see cref="System.Text.Json"/> show neither of them, and no
/// query.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RecordedRequest
{
    internal RecordedRequest(
        HttpMethod method, Uri uri, IReadOnlyDictionary<string, string> headers, string body, DateTimeOffset time, long timestamp)
    {
        Method = method;
        RequestUri = uri;
        Headers = headers;
        Body = body;
        ReceivedAt = time;
        Timestamp = timestamp;
    }

    /// <summary>The request's method.</summary>
    public HttpMethod Method { get; }

    /// <summary>The absolute address that was asked for, with its query, made from the request line and the <c>Host</c> header.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public Uri RequestUri { get; }

    /// <summary>
    /// The request's headers, by name in any letter case. <c>Authorization</c> is there as it was sent. Of a header that came in several
    /// lines the values are joined by <c>", "</c> (RFC 9110, section 5.3).
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The request's body, read as UTF-8; empty where there was none.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string Body { get; }

    /// <summary>When the request had been read, on the clock that was given to <see cref="FakeSpotify.StartAsync"/>.</summary>
    public DateTimeOffset ReceivedAt { get; }

    internal long Timestamp { get; }

    /// <summary>Method and address without the query, e.g. <c>POST http://127.0.0.1:5000/api/token</c>; no header, no body.</summary>
    /// <returns>A text that contains no secret.</returns>
    public override string ToString() => $"{Method} {RequestUri.GetLeftPart(UriPartial.Path)}{(RequestUri.Query.Length > 1 ? "?…" : "")}";
}
