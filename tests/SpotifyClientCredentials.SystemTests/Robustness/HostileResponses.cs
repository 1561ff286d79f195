using System.Text;
using SpotifyClientCredentials.Tests.Fetch;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>The table: what the token endpoint does, and what has to come of it.</summary>
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

    private static HostileResponse Token200(string body, double life) => Responses("200 OK", body) with { Life = life };

    private static HostileResponse Life(string expiresIn, double life) => Token200($$"""{"access_token":"{{Token}}","token_type":"bearer","expires_in":{{expiresIn}}}""", life);

    private static HostileResponse Fault(string body, string says) => Responses("200 OK", body) with { IsTransient = false, Says = $"answered 200, but {says}" };

    private static HostileResponse NoLife(string expiresIn) =>
        Fault($$"""{"access_token":"{{Token}}","token_type":"bearer","expires_in":{{expiresIn}}}""", "expires_in is not a positive number of seconds");

    private static HostileResponse NoToken(string accessToken) =>
        Fault($$"""{"access_token":{{accessToken}},"token_type":"bearer","expires_in":3600}""", "access_token contains a character that no bearer token has");

    private static HostileResponse Unreadable(string body) => Responses("200 OK", body) with { Says = "which are no OAuth answer" };

    private static HostileResponse Ended(string text) => Sends(text) with { HttpRequestError = HttpRequestError.ResponseEnded };

    private static HostileResponse NoHttp(string text) => Sends(text) with { HttpRequestError = HttpRequestError.InvalidResponse, Says = "The answer is no valid HTTP." };

    private static HostileResponse ResetAfter(string text) => Does(async connection =>
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

    private static HostileResponse TakesLong(Func<HostileConnection, Task> response) => new(response) { IsSlow = true, Says = "did not answer within 5 s" };

    private static HostileResponse Hangs(string text) => TakesLong(async connection =>
    {
        await connection.SendAsync(text);
        await connection.HangAsync();
    });

    private static HostileResponse Drips(string atOnce, string dripped) => TakesLong(async connection =>
    {
        await connection.SendAsync(atOnce);
        await connection.DripAsync(dripped);
    });

    private static string Chunks(string body, int size, string extension = "") =>
        string.Concat(body.Chunk(size).Select(chunk => $"{chunk.Length:x}{extension}\r\n{new string(chunk)}\r\n")) + "0\r\n\r\n";

    /// <summary>With {0} where the Basic value is echoed.</summary>
    private static HostileResponse EchoesIn(string text) =>
        Does(connection => connection.SendAsync(text.Replace("{0}", connection.Basic, StringComparison.Ordinal))) with { Says = "[redacted]" };
}
