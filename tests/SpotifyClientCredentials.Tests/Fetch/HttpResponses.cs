using System.Text;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>HTTP responses as text, each with <c>Connection: close</c>.</summary>
internal static class HttpResponses
{
    public static string Token(string value = "BQ", string headers = "") =>
        Of("200 OK", $$"""{"access_token":"{{value}}","token_type":"bearer","expires_in":3600}""", headers);

    public static string Of(string status, string body = "", string headers = "") =>
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.Latin1.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}";
}
