namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Responses of a token endpoint that echoes what it was sent, one for each place of a response; {0} is the echo.</summary>
internal static class EchoingResponses
{
    public static readonly Dictionary<string, string> WellFormed = new()
    {
        ["error"] = Json("""{"error":"{0}"}"""),
        ["error_description"] = Json("""{"error":"invalid_client","error_description":"not {0}"}"""),
        ["media type"] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/{0}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
        ["content encoding"] = "HTTP/1.1 400 Bad Request\r\nContent-Encoding: {0}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
        ["body"] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n{0}",
        ["headers"] = "HTTP/1.1 400 Bad Request\r\nX-Echo: {0}\r\nWWW-Authenticate: Basic {0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["reason phrase"] = "HTTP/1.1 400 {0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["Location"] = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/{0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    };

    /// <summary>Responses that aren't valid HTTP. .NET quotes most of them in the message of its exception.</summary>
    public static readonly Dictionary<string, string> Malformed = new()
    {
        ["status line without a space"] = "HTTP/1.1 400{0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["no status line"] = "{0}\r\n\r\n",
        ["status code"] = "HTTP/1.1 4{0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["header without a colon"] = "HTTP/1.1 200 OK\r\n{0}\r\nConnection: close\r\n\r\n",
        ["length"] = "HTTP/1.1 200 OK\r\nContent-Length: {0}\r\nConnection: close\r\n\r\n",
        ["length of a chunk"] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{0}\r\n",
    };

    /// <summary>The places whose text is part of the library's message.</summary>
    public static readonly string[] Shown = ["error", "error_description", "media type", "content encoding"];

    public static string In(string place, string echo) =>
        (WellFormed.GetValueOrDefault(place) ?? Malformed[place]).Replace("{0}", echo, StringComparison.Ordinal);

    /// <summary>A response with a token.</summary>
    public static string Grant(string token) => "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
        + $$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":3600}""";

    /// <summary>The credentials in the Authorization header of a request.</summary>
    public static string CredentialsIn(string request) => request.Split("\r\n")
        .Single(line => line.StartsWith("Authorization: ", StringComparison.Ordinal))["Authorization: ".Length..].Split(' ')[1];

    private static string Json(string body) => $"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}";
}
