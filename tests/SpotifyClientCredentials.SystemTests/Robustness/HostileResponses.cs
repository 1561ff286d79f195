using System.Text;
using SpotifyClientCredentials.Tests.Fetch;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>The table: what the token endpoint does, and the expected outcome.</summary>
internal static partial class HostileResponses
{
    public const string Token = "BQhostilehostilehostile";

    private const string Good = $$"""{"access_token":"{{Token}}","token_type":"bearer","expires_in":3600}""";
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private const string InvalidClient = """{"error":"invalid_client","error_description":"Invalid client secret"}""";

    public static Dictionary<string, HostileResponse> All { get; } =
        Connections.Concat(Framings).Concat(Sizes).Concat(Slow).Concat(Encodings).Concat(Fields).Concat(Statuses).Concat(RetryAfters).Concat(Echoes)
            .ToDictionary(row => row.Name, row => row.Response);

    private static HostileResponse Does(Func<HostileConnection, Task> response) => new(response);

    private static HostileResponse Sends(string text) => new(connection => connection.SendAsync(text));

    private static HostileResponse Responses(string status, string body, string headers = "") => Sends(HttpResponses.Of(status, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body)), headers)) with
    {
        Status = int.Parse(status[..3], System.Globalization.CultureInfo.InvariantCulture),
    };

    private static HostileResponse Token200(string body, double lifetime) => Responses("200 OK", body) with { Lifetime = lifetime };

    private static HostileResponse Lifetime(string expiresIn, double lifetime) => Token200($$"""{"access_token":"{{Token}}","token_type":"bearer","expires_in":{{expiresIn}}}""", lifetime);

    private static HostileResponse InvalidFields(string body, string message) => Responses("200 OK", body) with { IsTransient = false, Message = $"returned 200, but {message}" };

    private static HostileResponse InvalidLifetime(string expiresIn) =>
        InvalidFields($$"""{"access_token":"{{Token}}","token_type":"bearer","expires_in":{{expiresIn}}}""", "expires_in is not a positive number of seconds");

    private static HostileResponse InvalidToken(string accessToken) =>
        InvalidFields($$"""{"access_token":{{accessToken}},"token_type":"bearer","expires_in":3600}""", "access_token contains a character that a bearer token can't have");

    private static HostileResponse Unreadable(string body) => Responses("200 OK", body) with { Message = "which are not an OAuth response" };

    private static HostileResponse EndsAfter(string text) => Sends(text) with { HttpRequestError = HttpRequestError.ResponseEnded };

    private static HostileResponse InvalidHttp(string text) => Sends(text) with { HttpRequestError = HttpRequestError.InvalidResponse, Message = "The response is not valid HTTP." };

    private static HostileResponse ResetsAfter(string text) => Does(async connection =>
    {
        await connection.SendAsync(text);
        connection.Reset();
    });

    private static HostileResponse Endless(string head, string repeated) => Does(async connection =>
    {
        await connection.SendAsync(head);
        while (true)
        {
            await connection.SendAsync(repeated);
        }
    });

    private static HostileResponse TimesOut(Func<HostileConnection, Task> response) => new(response) { IsSlow = true, Message = "sent no response within 5 s" };

    private static HostileResponse Hangs(string text) => TimesOut(async connection =>
    {
        await connection.SendAsync(text);
        await connection.HangAsync();
    });

    private static HostileResponse SendsByteByByte(string atOnce, string byteByByte) => TimesOut(async connection =>
    {
        await connection.SendAsync(atOnce);
        await connection.SendByteByByteAsync(byteByByte);
    });

    private static string Chunks(string body, int size, string extension = "") =>
        string.Concat(body.Chunk(size).Select(chunk => $"{chunk.Length:x}{extension}\r\n{new string(chunk)}\r\n")) + "0\r\n\r\n";

    /// <param name="text">The response, with {0} in place of the echoed Basic value.</param>
    private static HostileResponse EchoesIn(string text) =>
        Does(connection => connection.SendAsync(text.Replace("{0}", connection.Basic, StringComparison.Ordinal))) with { Message = "[redacted]" };
}
