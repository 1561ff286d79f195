using System.Text;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>Below HTTP's semantics: connections, framing, size, time and encoding.</summary>
internal static partial class HostileResponses
{
    private static IEnumerable<(string Name, HostileResponse Response)> Connections =>
    [
        ("nobody listens", Sends("") with { Reach = Reach.RefusesConnections, HttpRequestError = HttpRequestError.ConnectionError }),
        ("its name has no address", Sends("") with { Reach = Reach.HasNoAddress, HttpRequestError = HttpRequestError.NameResolutionError }),
        ("its certificate is self-made", Sends("") with { Reach = Reach.HasAnUntrustedCertificate, HttpRequestError = HttpRequestError.SecureConnectionError }),
        ("closed before the answer", Ended("")),
        ("closed in the status line", Ended("HTTP/1.1 200 O")),
        ("closed in the headers", Ended(Head)),
        ("closed after the headers", Ended(Head + "Content-Length: 75\r\n\r\n")),
        ("RST before the answer", ResetAfter("")),
        ("RST in the headers", ResetAfter(Head)),
        ("RST after the headers", ResetAfter(Head + "Content-Length: 75\r\n\r\n")),
        ("RST in the body", ResetAfter(Head + "Content-Length: 75\r\n\r\n{\"access_token\":\"BQ\"")),
        ("greets as SSH", NoHttp("SSH-2.0-OpenSSH_9.6\r\n\r\n")),
        ("status that is no number", NoHttp("HTTP/1.1 2x0 OK\r\n\r\n")),
        ("token where the status line belongs", NoHttp(Good + "\r\n\r\n")),
        ("token where a header belongs", NoHttp(Head + Token + "\r\n\r\n")),
        ("token where a header's name belongs", NoHttp(Head + "{" + Token + ": 1\r\n\r\n")),
        ("token where a trailer belongs", NoHttp(Head + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + Token + "\r\n\r\n")),
        ("header without a colon", NoHttp(Head + "Content Length 0\r\n\r\n")),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Framings =>
    [
        ("body shorter than its length", Ended(Head + "Content-Length: 75\r\n\r\n{\"access_token\":\"BQ\"")),
        ("body longer than its length", Sends(Head + "Content-Length: 20\r\n\r\n" + Good) with { Status = 200, Says = "20 bytes of application/json, which are no OAuth answer" }),
        ("body cut short without a length", Sends(Head + "\r\n" + Good[..30]) with { Status = 200, Says = "30 bytes of application/json, which are no OAuth answer" }),
        ("body without a length", Sends(Head + "\r\n" + Good) with { Life = 3600 }),
        ("chunks cut short", Ended(Head + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"access")),
        ("chunks without the last", Ended(Head + "Transfer-Encoding: chunked\r\n\r\n" + Chunks(Good, 1000)[..^5])),
        ("chunk length that is no number", NoHttp(Head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + Good)),
        ("chunk longer than it says", NoHttp(Head + "Transfer-Encoding: chunked\r\n\r\n4\r\n" + Good + "\r\n0\r\n\r\n")),
        ("chunks of a byte with extensions", Sends(Head + "Transfer-Encoding: chunked\r\n\r\n" + Chunks(Good, 1, ";a=b")) with { Life = 3600 }),
        ("chunks and a wrong length", Sends(Head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks(Good, 10)) with { Life = 3600 }),
        ("a second answer behind the first", Does(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n" + Head + $"Content-Length: {Good.Length}\r\n\r\n" + Good);
            await connection.HoldAsync();
        }) with { Status = 503, Says = "with an empty body" }),
        ("a hundred interim answers", Sends(string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n", 100)) + Head + $"Content-Length: {Good.Length}\r\n\r\n" + Good) with { Life = 3600 }),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Sizes =>
    [
        ("64 KiB less a byte", Token200(Good.PadRight((64 * 1024) - 1), 3600)),
        ("64 KiB", Token200(Good.PadRight(64 * 1024), 3600)),
        ("64 KiB and a byte", Responses("200 OK", Good.PadRight((64 * 1024) + 1)) with { Says = "more than 65536 bytes" }),
        ("endless body", Endless(Head + "\r\n", new string(' ', 0x8000)) with { Status = 200, Says = "more than 65536 bytes" }),
        ("endless body of great length", Endless(Head + "Content-Length: 9223372036854775807\r\n\r\n", new string(' ', 0x8000)) with { Status = 200, Says = "more than 65536 bytes" }),
        ("endless chunks", Endless(Head + "Transfer-Encoding: chunked\r\n\r\n", $"8000\r\n{new string(' ', 0x8000)}\r\n") with { Status = 200, Says = "more than 65536 bytes" }),
        ("endless trailers", Endless(Head + "Transfer-Encoding: chunked\r\n\r\n" + Chunks(Good, 1000)[..^2], $"X: {new string('x', 1000)}\r\n") with
        {
            HttpRequestError = HttpRequestError.ConfigurationLimitExceeded,
        }),
        ("endless headers", Endless(Head, $"X: {new string('x', 1000)}\r\n") with { HttpRequestError = HttpRequestError.ConfigurationLimitExceeded }),
        ("a header of 70 KB", Sends(Head + $"X: {new string('x', 70_000)}\r\n\r\n") with { HttpRequestError = HttpRequestError.ConfigurationLimitExceeded }),
        ("a header of 60 KB", Sends(Head + $"X: {new string('x', 60_000)}\r\nContent-Length: {Good.Length}\r\n\r\n" + Good) with { Life = 3600 }),
        ("a header of 60 KB and an endless body", Endless(Head + $"X: {new string('x', 60_000)}\r\n\r\n", new string(' ', 0x8000)) with
        {
            Status = 200, HeadLength = 61_000, Says = "more than 65536 bytes",
        }),
        ("token of 60 KB", Token200(Good.Replace(Token, new string('t', 60_000), StringComparison.Ordinal), 3600) with { Token = new string('t', 60_000) }),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Slow =>
    [
        ("hangs before the answer", Hangs("")),
        ("hangs in the headers", Hangs(Head)),
        ("hangs after the headers", Hangs(Head + "Content-Length: 75\r\n\r\n")),
        ("hangs in the body", Hangs(Head + "Content-Length: 75\r\n\r\n{\"access_token\":")),
        ("drips headers", Drips("", Head + "Content-Length: 0\r\n\r\n")),
        ("drips a body", Drips(Head + "Content-Length: 1000\r\n\r\n", Good)),
        ("drips chunks", Drips(Head + "Transfer-Encoding: chunked\r\n\r\n", Chunks(Good, 1))),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Encodings =>
    [
        ("gzip", Responses("200 OK", "\u001f\u008b\b", "Content-Encoding: gzip\r\n") with { Says = "content encoding gzip, which was not asked for" }),
        ("said to be gzip", Responses("200 OK", Good, "Content-Encoding: gzip\r\n") with { Says = "content encoding gzip, which was not asked for" }),
        ("identity", Responses("200 OK", Good, "Content-Encoding: identity\r\n") with { Life = 3600 }),
        ("byte order mark", Token200("\uFEFF" + Good, 3600)),
        ("UTF-16", Sends($"{Head}Content-Length: {2 * Good.Length}\r\nConnection: close\r\n\r\n{Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(Good))}") with
        {
            Status = 200, Says = "which are no OAuth answer",
        }),
        ("invalid UTF-8", Sends($"{Head}Connection: close\r\n\r\n{Good[..^1]},\"scope\":\"\u00c3(\"}}") with { Status = 200, Says = "which are no OAuth answer" }),
    ];
}
