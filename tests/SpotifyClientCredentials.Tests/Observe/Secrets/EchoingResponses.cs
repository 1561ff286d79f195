namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Answers of a server that sends back what it was sent, one for every place of an answer; {0} is the echo.</summary>
internal static class EchoingResponses
{
    public static readonly Dictionary<string, string> All = new()
    {
        ["error_description"] = Json("""{"error":"invalid_client","error_description":"not {0}"}"""),
        ["error"] = Json("""{"error":"{0}"}"""),
        ["media type"] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/{0}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
        ["content encoding"] = "HTTP/1.1 400 Bad Request\r\nContent-Encoding: {0}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
        ["body"] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n{0}",
        ["headers"] = "HTTP/1.1 400 Bad Request\r\nX-Echo: {0}\r\nWWW-Authenticate: Basic {0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["reason phrase"] = "HTTP/1.1 400 {0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["malformed status line"] = "HTTP/1.1 4{0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["status line without a blank"] = "HTTP/1.1 400{0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["no status line"] = "{0}\r\n\r\n",
        ["malformed header"] = "HTTP/1.1 200 OK\r\n{0}\r\nConnection: close\r\n\r\n",
        ["malformed length"] = "HTTP/1.1 200 OK\r\nContent-Length: {0}\r\nConnection: close\r\n\r\n",
        ["malformed chunk"] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{0}\r\n",
        ["Location"] = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/{0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    };

    /// <summary>
    /// The places that .NET quotes in the message of its exception. Its own activity of the request, which begins and ends beneath every
    /// handler, has that message in an event.
    /// </summary>
    public static readonly string[] QuotedByNet = ["status line without a blank", "no status line", "malformed header"];

    public static string In(string place, string echo) => All[place].Replace("{0}", echo, StringComparison.Ordinal);

    /// <summary>What an honest endpoint answers.</summary>
    public static string Grant(string token) => "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
        + $$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":3600}""";

    /// <summary>The value of the Authorization header of a request as it came.</summary>
    public static string CredentialsIn(string request) => request.Split("\r\n")
        .Single(line => line.StartsWith("Authorization: ", StringComparison.Ordinal))["Authorization: ".Length..].Split(' ')[1];

    private static string Json(string body) => $"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}";
}
