namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>Well-formed HTTP: bodies, status codes, Retry-After, and echoes of the credentials.</summary>
internal static partial class HostileResponses
{
    private static IEnumerable<(string Name, HostileResponse Response)> Fields =>
    [
        ("HTML", Unreadable("<html><body>Welcome</body></html>")),
        ("text", Unreadable("upstream connect error")),
        ("form", Unreadable($"access_token={Token}&token_type=bearer")),
        ("empty", Responses("200 OK", "") with { Message = "with an empty body" }),
        ("array", NoObject($"[{Good}]")),
        ("null", NoObject("null")),
        ("string", NoObject("\"no healthy upstream\"")),
        ("empty object", InvalidFields("{}", "access_token is missing")),
        ("deep nesting", Unreadable($$"""{"access_token":"{{Token}}","token_type":"bearer","x":{{new string('[', 1000)}}{{new string(']', 1000)}}}""")),
        ("duplicate keys, the last good", Token200("{\"access_token\":\"BQ\",\"expires_in\":0," + Good[1..], 3600)),
        ("duplicate keys, the last bad", InvalidFields(Good[..^1] + ",\"access_token\":null}", "access_token is missing")),
        ("unknown fields", Token200(Good[..^1] + ",\"scope\":\"\",\"refresh_token\":{\"a\":[1]}}", 3600)),
        ("error inside a 200", InvalidFields("""{"error":"server_error"}""", "access_token is missing: server_error") with { Error = "server_error" }),
        ("error object inside a 200", InvalidFields("""{"error":{"status":401,"message":"No token provided"}}""", "access_token is missing: No token provided")),
        ("error beside a token", Token200(Good[..^1] + ",\"error\":\"server_error\"}", 3600)),
        ("expires_in NaN", Unreadable(Good.Replace("3600", "NaN", StringComparison.Ordinal))),
        ("expires_in 1e18", Lifetime("1e18", 86400)),
        ("expires_in 1e999", Lifetime("1e999", 86400)),
        ("expires_in of a thousand digits", Lifetime(new string('9', 1000), 86400)),
        ("expires_in -1", InvalidLifetime("-1")),
        ("expires_in 0", InvalidLifetime("0")),
        ("expires_in as text", Lifetime("\"3600\"", 3600)),
        ("expires_in as other text", InvalidLifetime("\"an hour\"")),
        ("expires_in 3600.5", Lifetime("3600.5", 3600.5)),
        ("expires_in null", Lifetime("null", 3600)),
        ("expires_in absent", Token200($$"""{"access_token":"{{Token}}","token_type":"bearer"}""", 3600)),
        ("access_token null", InvalidFields(Good.Replace($"\"{Token}\"", "null", StringComparison.Ordinal), "access_token is missing")),
        ("access_token a number", InvalidFields(Good.Replace($"\"{Token}\"", "1", StringComparison.Ordinal), "access_token is empty or not a string")),
        ("access_token empty", InvalidFields(Good.Replace(Token, "", StringComparison.Ordinal), "access_token is empty or not a string")),
        ("token with CR LF", InvalidToken($"\"{Token}\\r\\nX-Evil: 1\"")),
        ("token with NUL", InvalidToken($"\"{Token}\\u0000\"")),
        ("token with a space", InvalidToken($"\"{Token} {Token}\"")),
        ("token that is not ASCII", InvalidToken($"\"{Token}Ä\"")),
        ("token_type mac", InvalidFields(Good.Replace("bearer", "mac", StringComparison.Ordinal), "token_type is not bearer")),
        ("token_type absent", InvalidFields($$"""{"access_token":"{{Token}}","expires_in":3600}""", "token_type is missing")),
        ("token_type null", InvalidFields(Good.Replace("\"bearer\"", "null", StringComparison.Ordinal), "token_type is missing")),
        ("token_type BEARER", Token200(Good.Replace("bearer", "BEARER", StringComparison.Ordinal), 3600)),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Statuses =>
    [
        ("201 with a token", Responses("201 Created", Good)),
        ("204", Sends("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n") with { Status = 204 }),
        ("206 with a token", Responses("206 Partial Content", Good)),
        ("301", NoEndpoint("301 Moved Permanently", Good, "Location: /\r\n")),
        ("302", NoEndpoint("302 Found", Good, "Location: http://127.0.0.1:9/\r\n")),
        ("303", NoEndpoint("303 See Other", Good, "Location: /\r\n")),
        ("304", Sends("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n") with { Status = 304, IsTransient = false }),
        ("307", NoEndpoint("307 Temporary Redirect", "", "Location: /\r\n")),
        ("308", NoEndpoint("308 Permanent Redirect", "", "Location: /\r\n")),
        ("400 invalid_client, unknown id", Rejected("400 Bad Request", """{"error":"invalid_client","error_description":"Invalid client"}""", "invalid_client")),
        ("400 invalid_client, wrong secret", Rejected("400 Bad Request", InvalidClient, "invalid_client")),
        ("400 invalid_client without a description", Rejected("400 Bad Request", """{"error":"invalid_client"}""", "invalid_client")),
        ("400 no grant type", Rejected(
            "400 Bad Request", """{"error":"unsupported_grant_type","error_description":"grant_type parameter is missing"}""", "unsupported_grant_type")),
        ("400 other grant type", Rejected(
            "400 Bad Request", """{"error":"unsupported_grant_type","error_description":"grant_type X is not supported"}""", "unsupported_grant_type")),
        ("400 with HTML", Responses("400 Bad Request", "<html/>")),
        ("401", Rejected("401 Unauthorized", "<html/>", null)),
        ("400 with an error of another type", Rejected("400 Bad Request", """{"error":[1]}""", null)),
        ("400 with an error that is null", Responses("400 Bad Request", """{"error":null}""")),
        ("403 with HTML", Responses("403 Forbidden", "<html/>")),
        ("403 with an error object", Rejected("403 Forbidden", """{"error":{"status":403,"message":"Not here"}}""", null) with { Message = "returned 403: Not here." }),
        ("503 with an error object", Responses("503 Service Unavailable", """{"error":{"status":503,"message":"Not now"}}""") with { Message = "returned 503: Not now." }),
        ("403 with an error", Rejected("403 Forbidden", """{"error":"access_denied"}""", "access_denied")),
        ("404 with HTML", NoEndpoint("404 Not Found", "<html/>")),
        ("404 with an error", NoEndpoint("404 Not Found", """{"error":"not_found"}""") with { Error = "not_found" }),
        ("405", NoEndpoint("405 Method Not Allowed", "", "Allow: GET\r\n")),
        ("407", Responses("407 Proxy Authentication Required", "<html/>", "Proxy-Authenticate: Basic realm=\"p\"\r\n")),
        ("408", Responses("408 Request Timeout", """{"error":"timeout"}""") with { Error = "timeout" }),
        ("415", Rejected("415 Unsupported Media Type", """{"error":"server_error","error_description":"Unexpected status: 415"}""", "server_error")),
        ("500 server_error", Responses("500 Internal Server Error", """{"error":"server_error"}""") with { Error = "server_error" }),
        ("500 with a token", Responses("500 Internal Server Error", Good)),
        ("502 with text", Responses("502 Bad Gateway", "upstream connect error or disconnect/reset before headers. reset reason: connection termination")),
        ("503 with an HTML page", Responses("503 Service Unavailable", "<html><body>503</body></html>")),
        ("999", Responses("999 Odd", "")),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> RetryAfters =>
    [
        ("429 without Retry-After", Responses("429 Too Many Requests", "")),
        ("429 for 7 s", WithRetryAfter("429 Too Many Requests", "7", 7)),
        ("429 for a day", WithRetryAfter("429 Too Many Requests", "86400", 86400)),
        ("429 for more seconds than an int", WithRetryAfter("429 Too Many Requests", "99999999999999999999", int.MaxValue)),
        ("429 for 0 s", WithRetryAfter("429 Too Many Requests", "0", 0)),
        ("429 for -1 s", WithRetryAfter("429 Too Many Requests", "-1", null)),
        ("429 for soon", WithRetryAfter("429 Too Many Requests", "soon", null)),
        ("429 to a date", WithRetryAfter("429 Too Many Requests", "Sat, 01 Jan 2000 00:00:40 GMT", 40)),
        ("429 to a date that has passed", WithRetryAfter("429 Too Many Requests", "Fri, 31 Dec 1999 23:59:59 GMT", 0)),
        ("503 for 90 s", WithRetryAfter("503 Service Unavailable", "90", 90)),
        ("400 for 45 s", Rejected("400 Bad Request", InvalidClient, "invalid_client", "Retry-After: 45\r\n") with { RetryAfter = 45 }),
    ];

    private static IEnumerable<(string Name, HostileResponse Response)> Echoes =>
    [
        ("echo in the description", EchoesIn("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n{\"error\":\"invalid_request\",\"error_description\":\"got {0}\"}") with
        {
            Status = 400, Error = "invalid_request", IsTransient = false,
        }),
        ("echo in an error object", EchoesIn("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n{\"error\":{\"message\":\"got {0}\"}}") with { Status = 403, IsTransient = false }),
        ("echo in the media type", EchoesIn("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/{0}\r\nConnection: close\r\n\r\nno") with { Status = 502, Message = "" }),
        ("echo in headers", EchoesIn("HTTP/1.1 503 {0}\r\nX-Echo: {0}\r\nLocation: /{0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") with { Status = 503, Message = "" }),
        ("echo in a broken status line", EchoesIn("HTTP/1.1 2{0}\r\n\r\n") with { Message = "not valid HTTP", HttpRequestError = HttpRequestError.InvalidResponse }),
        ("echo in a broken chunk", EchoesIn("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx{0}\r\n") with { Message = "not valid HTTP", HttpRequestError = HttpRequestError.InvalidResponse }),
        ("token of the same response in its error", InvalidFields(
            $$"""{"access_token":"{{Token}}","token_type":"mac","error":"{{Token}}"}""", "token_type is not bearer: [redacted]") with { Error = "[redacted]" }),
    ];

    private static HostileResponse Rejected(string status, string body, string? error, string headers = "") =>
        Responses(status, body, headers) with { IsTransient = false, Error = error };

    private static HostileResponse NoEndpoint(string status, string body, string headers = "") =>
        Responses(status, body, headers) with { IsTransient = false, Message = " Check SpotifyClientCredentialsOptions.TokenEndpoint: there is no token endpoint at this address." };

    private static HostileResponse NoObject(string body) => Responses("200 OK", body) with { Message = "returned 200, but the JSON is not an object" };

    private static HostileResponse WithRetryAfter(string status, string retryAfter, double? seconds) =>
        Responses(status, "", $"Retry-After: {retryAfter}\r\n") with { RetryAfter = seconds };
}
