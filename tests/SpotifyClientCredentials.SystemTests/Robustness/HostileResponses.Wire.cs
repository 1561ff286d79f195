using System.Text;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>Below HTTP semantics: connections, framing, size, time and encoding.</summary>
internal static partial class HostileResponses
{
    private static IEnumerable<(string Name, HostileResponse Response)> Connections =>
    [
        ("connection refused", Sends("") with { Reachability = Reachability.ConnectionRefused, HttpRequestError = HttpRequestError.ConnectionError }),
        ("the host name has no address", Sends("") with { Reachability = Reachability.NameNotResolved, HttpRequestError = HttpRequestError.NameResolutionError }),
        ("the certificate is self-signed", Sends("") with { Reachability = Reachability.UntrustedCertificate, HttpRequestError = HttpRequestError.SecureConnectionError, Message = "The remote certificate was rejected" }),
        ("closed before the response", EndsAfter("")),
        ("closed in the status line", EndsAfter("HTTP/1.1 200 O")),
        ("closed in the headers", EndsAfter(Head)),
        ("closed after the headers", EndsAfter(Head + "Content-Length: 75\r\n\r\n")),
        ("RST before the response", ResetsAfter("")),
        ("RST in the headers", ResetsAfter(Head)),
        ("RST after the headers", ResetsAfter(Head + "Content-Length: 75\r\n\r\n")),
        ("RST in the body", ResetsAfter(Head + "Content-Length: 75\r\n\r\n{\"access_token\":\"BQ\"")),
        ("SSH banner", InvalidHttp("SSH-2.0-OpenSSH_9.6\r\n\r\n")),
        ("status that is not a number", InvalidHttp("HTTP/1.1 2x0 OK\r\n\r\n")),
        ("token instead of the status line", InvalidHttp(Good + "\r\n\r\n")),
        ("token instead of a header", InvalidHttp(Head + Token + "\r\n\r\n")),
        ("token instead of a header name", InvalidHttp(Head + "{" + Token + ": 1\r\n\r\n")),
        ("token instead of a trailer", InvalidHttp(Head + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + Token + "\r\n\r\n")),
        ("header without a colon", InvalidHttp(Head + "Content Length 0\r\n\r\n")),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Framings =>
    [
        ("body shorter than Content-Length", EndsAfter(Head + "Content-Length: 75\r\n\r\n{\"access_token\":\"BQ\"")),
        ("body longer than Content-Length", Sends(Head + "Content-Length: 20\r\n\r\n" + Good) with { Status = 200, Message = "20 bytes of application/json, which are not an OAuth response" }),
        ("truncated body without Content-Length", Sends(Head + "\r\n" + Good[..30]) with { Status = 200, Message = "30 bytes of application/json, which are not an OAuth response" }),
        ("body without Content-Length", Sends(Head + "\r\n" + Good) with { Lifetime = 3600 }),
        ("truncated chunk", EndsAfter(Head + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"access")),
        ("chunks without the last chunk", EndsAfter(Head + "Transfer-Encoding: chunked\r\n\r\n" + Chunks(Good, 1000)[..^5])),
        ("chunk size that is not a number", InvalidHttp(Head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + Good)),
        ("chunk longer than its size", InvalidHttp(Head + "Transfer-Encoding: chunked\r\n\r\n4\r\n" + Good + "\r\n0\r\n\r\n")),
        ("one-byte chunks with extensions", Sends(Head + "Transfer-Encoding: chunked\r\n\r\n" + Chunks(Good, 1, ";a=b")) with { Lifetime = 3600 }),
        ("chunks and a wrong Content-Length", Sends(Head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks(Good, 10)) with { Lifetime = 3600 }),
        ("a second response after the first", Does(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n" + Head + $"Content-Length: {Good.Length}\r\n\r\n" + Good);
            await connection.KeepOpenAsync();
        }) with { Status = 503, Message = "with an empty body" }),
        ("a hundred interim responses", Sends(string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n", 100)) + Head + $"Content-Length: {Good.Length}\r\n\r\n" + Good) with { Lifetime = 3600 }),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Sizes =>
    [
        ("64 KiB minus one byte", Token200(Good.PadRight((64 * 1024) - 1), 3600)),
        ("64 KiB", Token200(Good.PadRight(64 * 1024), 3600)),
        ("64 KiB plus one byte", Responses("200 OK", Good.PadRight((64 * 1024) + 1)) with { Message = "more than 65536 bytes" }),
        ("endless body", Endless(Head + "\r\n", new string(' ', 0x8000)) with { Status = 200, Message = "more than 65536 bytes" }),
        ("endless body with a huge Content-Length", Endless(Head + "Content-Length: 9223372036854775807\r\n\r\n", new string(' ', 0x8000)) with { Status = 200, Message = "more than 65536 bytes" }),
        ("endless chunks", Endless(Head + "Transfer-Encoding: chunked\r\n\r\n", $"8000\r\n{new string(' ', 0x8000)}\r\n") with { Status = 200, Message = "more than 65536 bytes" }),
        ("endless trailers", Endless(Head + "Transfer-Encoding: chunked\r\n\r\n" + Chunks(Good, 1000)[..^2], $"X: {new string('x', 1000)}\r\n") with
        {
            HttpRequestError = HttpRequestError.ConfigurationLimitExceeded,
        }),
        ("endless headers", Endless(Head, $"X: {new string('x', 1000)}\r\n") with { HttpRequestError = HttpRequestError.ConfigurationLimitExceeded }),
        ("a header of 70 KB", Sends(Head + $"X: {new string('x', 70_000)}\r\n\r\n") with { HttpRequestError = HttpRequestError.ConfigurationLimitExceeded }),
        ("a header of 60 KB", Sends(Head + $"X: {new string('x', 60_000)}\r\nContent-Length: {Good.Length}\r\n\r\n" + Good) with { Lifetime = 3600 }),
        ("a header of 60 KB and an endless body", Endless(Head + $"X: {new string('x', 60_000)}\r\n\r\n", new string(' ', 0x8000)) with
        {
            Status = 200, HeadLength = 61_000, Message = "more than 65536 bytes",
        }),
        ("token of 60 KB", Token200(Good.Replace(Token, new string('t', 60_000), StringComparison.Ordinal), 3600) with { Token = new string('t', 60_000) }),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Slow =>
    [
        ("hangs before the response", Hangs("")),
        ("hangs in the headers", Hangs(Head)),
        ("hangs after the headers", Hangs(Head + "Content-Length: 75\r\n\r\n")),
        ("hangs in the body", Hangs(Head + "Content-Length: 75\r\n\r\n{\"access_token\":")),
        ("sends headers byte by byte", SendsByteByByte("", Head + "Content-Length: 0\r\n\r\n")),
        ("sends a body byte by byte", SendsByteByByte(Head + "Content-Length: 1000\r\n\r\n", Good)),
        ("sends chunks byte by byte", SendsByteByByte(Head + "Transfer-Encoding: chunked\r\n\r\n", Chunks(Good, 1))),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Encodings =>
    [
        ("gzip", Responses("200 OK", "\u001f\u008b\b", "Content-Encoding: gzip\r\n") with { Message = "content encoding gzip, which the request doesn't accept" }),
        ("labelled gzip, but not compressed", Responses("200 OK", Good, "Content-Encoding: gzip\r\n") with { Message = "content encoding gzip, which the request doesn't accept" }),
        ("identity", Responses("200 OK", Good, "Content-Encoding: identity\r\n") with { Lifetime = 3600 }),
        ("byte order mark", Token200("\uFEFF" + Good, 3600)),
        ("UTF-16", Sends($"{Head}Content-Length: {2 * Good.Length}\r\nConnection: close\r\n\r\n{Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(Good))}") with
        {
            Status = 200, Message = "which are not an OAuth response",
        }),
        ("invalid UTF-8", Sends($"{Head}Connection: close\r\n\r\n{Good[..^1]},\"scope\":\"\u00c3(\"}}") with { Status = 200, Message = "which are not an OAuth response" }),
    ];
}
