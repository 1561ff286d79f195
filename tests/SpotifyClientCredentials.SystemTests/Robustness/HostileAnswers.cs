using System.Text;
using SpotifyClientCredentials.Tests.Wire;

namespace SpotifyClientCredentials.Tests.Robustness;

/// <summary>The table: what the token endpoint does, and what has to come of it.</summary>
internal static partial class HostileAnswers
{
    public const string Token = "BQhostilehostilehostile";

    private const string Good = $$"""{"access_token":"{{Token}}","token_type":"bearer","expires_in":3600}""";
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private const string InvalidClient = """{"error":"invalid_client","error_description":"Invalid client secret"}""";

    public static Dictionary<string, HostileAnswer> All { get; } =
        Connections.Concat(Framings).Concat(Sizes).Concat(Slow).Concat(Encodings).Concat(Fields).Concat(Statuses).Concat(RetryAfters).Concat(Echoes)
            .ToDictionary(row => row.Name, row => row.Answer);

    private static HostileAnswer Does(Func<HostileConnection, Task> answer) => new(answer);

    private static HostileAnswer Sends(string text) => new(connection => connection.SendAsync(text));

    private static HostileAnswer Answers(string status, string body, string headers = "") => Sends(HttpAnswers.Of(status, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body)), headers)) with
    {
        Status = int.Parse(status[..3], System.Globalization.CultureInfo.InvariantCulture),
    };

    private static HostileAnswer Token200(string body, double life) => Answers("200 OK", body) with { Life = life };

    private static HostileAnswer Life(string expiresIn, double life) => Token200($$"""{"access_token":"{{Token}}","token_type":"bearer","expires_in":{{expiresIn}}}""", life);

    private static HostileAnswer Fault(string body, string says) => Answers("200 OK", body) with { IsTransient = false, Says = $"answered 200, but {says}" };

    private static HostileAnswer NoLife(string expiresIn) =>
        Fault($$"""{"access_token":"{{Token}}","token_type":"bearer","expires_in":{{expiresIn}}}""", "expires_in is not a positive number of seconds");

    private static HostileAnswer NoToken(string accessToken) =>
        Fault($$"""{"access_token":{{accessToken}},"token_type":"bearer","expires_in":3600}""", "access_token contains a character that no bearer token has");

    private static HostileAnswer Unreadable(string body) => Answers("200 OK", body) with { Says = "which are no OAuth answer" };

    private static HostileAnswer Ended(string text) => Sends(text) with { HttpRequestError = HttpRequestError.ResponseEnded };

    private static HostileAnswer NoHttp(string text) => Sends(text) with { HttpRequestError = HttpRequestError.InvalidResponse, Says = "The answer is no valid HTTP." };

    private static HostileAnswer ResetAfter(string text) => Does(async connection =>
    {
        await connection.SendAsync(text);
        connection.Reset();
    });

    private static HostileAnswer Endless(string head, string repeated) => Does(async connection =>
    {
        await connection.SendAsync(head);
        while (true)
        {
            await connection.SendAsync(repeated);
        }
    });

    private static HostileAnswer TakesLong(Func<HostileConnection, Task> answer) => new(answer) { IsSlow = true, Says = "did not answer within 5 s" };

    private static HostileAnswer Hangs(string text) => TakesLong(async connection =>
    {
        await connection.SendAsync(text);
        await connection.HangAsync();
    });

    private static HostileAnswer Drips(string atOnce, string dripped) => TakesLong(async connection =>
    {
        await connection.SendAsync(atOnce);
        await connection.DripAsync(dripped);
    });

    private static string Chunks(string body, int size, string extension = "") =>
        string.Concat(body.Chunk(size).Select(chunk => $"{chunk.Length:x}{extension}\r\n{new string(chunk)}\r\n")) + "0\r\n\r\n";

    /// <summary>With {0} where the Basic value is echoed.</summary>
    private static HostileAnswer EchoesIn(string text) =>
        Does(connection => connection.SendAsync(text.Replace("{0}", connection.Basic, StringComparison.Ordinal))) with { Says = "[redacted]" };
}
