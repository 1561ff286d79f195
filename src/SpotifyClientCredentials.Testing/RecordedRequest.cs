using System.Diagnostics;
using System.Text.Json.Serialization;

namespace SpotifyClientCredentials.Testing;

/// <summary>A request as <see cref="FakeSpotify"/> received it.</summary>
/// <remarks>
/// <para>Immutable and thread-safe.</para>
/// <para><see cref="Headers"/> and <see cref="Body"/> are unredacted, so a test can read the client's credentials and the access token.
/// <see cref="ToString"/>, debugger views and JSON written by <see cref="System.Text.Json"/> show neither of them, and no query.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RecordedRequest
{
    internal RecordedRequest(
        HttpMethod method,
        Uri requestUri,
        IReadOnlyDictionary<string, string> headers,
        string body,
        DateTimeOffset receivedAt,
        long timestamp)
    {
        Method = method;
        RequestUri = requestUri;
        Headers = headers;
        Body = body;
        ReceivedAt = receivedAt;
        Timestamp = timestamp;
    }

    /// <summary>Gets the request method.</summary>
    public HttpMethod Method { get; }

    /// <summary>Gets the absolute request URI, including the query, built from the request line and the <c>Host</c> header.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public Uri RequestUri { get; }

    /// <summary>
    /// Gets the request headers, including <c>Authorization</c> as it was sent. Names are case-insensitive. The values of a header sent on
    /// several lines are joined with <c>", "</c> (RFC 9110, section 5.3).
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Gets the request body, decoded as UTF-8.</summary>
    /// <value>Empty if the request has no body.</value>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string Body { get; }

    /// <summary>Gets the time at which the request had been read, on the clock passed to <see cref="FakeSpotify.StartAsync"/>.</summary>
    public DateTimeOffset ReceivedAt { get; }

    internal long Timestamp { get; }

    /// <summary>Returns the method and the address without the query, for example <c>POST http://127.0.0.1:5000/api/token</c>.</summary>
    /// <returns>A string that contains no secret: neither headers nor body.</returns>
    public override string ToString() => $"{Method} {RequestUri.GetLeftPart(UriPartial.Path)}{(RequestUri.Query.Length > 1 ? "?…" : "")}";
}
