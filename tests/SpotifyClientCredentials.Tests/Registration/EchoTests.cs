using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Registration;

/// <summary>A token endpoint that sends back what it was sent, in every place of an answer.</summary>
public sealed class EchoTests : IDisposable
{
    private const string Token = "BQDtOk3n-oF.a~wR0ng+fR4me/0123456789==";

    // {0} is the echo.
    private static readonly Dictionary<string, string> Answers = new()
    {
        ["error_description"] = Json("""{"error":"invalid_client","error_description":"not {0}"}"""),
        ["error"] = Json("""{"error":"{0}"}"""),
        ["media type"] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/{0}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
        ["content encoding"] = "HTTP/1.1 400 Bad Request\r\nContent-Encoding: {0}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
        ["body"] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n{0}",
        ["headers"] = "HTTP/1.1 400 Bad Request\r\nX-Echo: {0}\r\nWWW-Authenticate: Basic {0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["reason phrase"] = "HTTP/1.1 400 {0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["malformed status line"] = "HTTP/1.1 4{0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["no status line"] = "{0}\r\n\r\n",
        ["malformed header"] = "HTTP/1.1 200 OK\r\n{0}\r\nConnection: close\r\n\r\n",
        ["malformed length"] = "HTTP/1.1 200 OK\r\nContent-Length: {0}\r\nConnection: close\r\n\r\n",
        ["malformed chunk"] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{0}\r\n",
        ["Location"] = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/{0}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    };

    private readonly RecordingLoggerProvider _log = new();
    private readonly SecretSearch _secrets = new SecretSearch().AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret);

    public static TheoryData<string> Places => [.. Answers.Keys];

    public void Dispose() => _log.Dispose();

    [Theory]
    [MemberData(nameof(Places))]
    public Task Echo_OfTheBasicValue_IsInNoLogAndNoException(string place) => AssertHiddenAsync(place, basic => basic);

    [Theory]
    [MemberData(nameof(Places))]
    public Task Echo_OfTheSecret_IsInNoLogAndNoException(string place) =>
        AssertHiddenAsync(place, _ => Uri.EscapeDataString(TestOptions.ClientSecret));

    [Theory]
    [InlineData("error_description")]
    [InlineData("error")]
    [InlineData("body")]
    [InlineData("reason phrase")]
    [InlineData("malformed status line")]
    [InlineData("no status line")]
    [InlineData("malformed header")]
    [InlineData("malformed chunk")]
    public Task Token_InAnyPlaceButItsOwn_IsInNoLogAndNoException(string place)
    {
        // A good answer in the wrong frame; where JSON expects a text, the token alone.
        bool isInJson = Answers[place].Contains("\"error", StringComparison.Ordinal);
        _secrets.Add("token", Token);
        return AssertHiddenAsync(place, _ => isInJson ? $"x\",\"access_token\":\"{Token}\",\"error_description\":\"{Token}" : $$"""{"access_token":"{{Token}}"}""");
    }

    private async Task AssertHiddenAsync(string place, Func<string, string> echo)
    {
        await using RawServer endpoint = new(connection => connection.SendAsync(
            Answers[place].Replace("{0}", echo(BasicValueIn(connection.Request)), StringComparison.Ordinal)));
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
            services.AddSpotifyClientCredentials(options =>
            {
                (options.ClientId, options.ClientSecret) = (TestOptions.ClientId, TestOptions.ClientSecret);
                options.TokenEndpoint = endpoint.Address;
                options.MaxRetryAttempts = 0;
            }).TokenClient.RedactLoggedHeaders(_ => false); // what version 8 does by itself
        });

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(
            async () => await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync());

        Assert.Single(endpoint.Requests);
        Assert.NotEmpty(_log.Events(3)); // the library's own line about the failed attempt
        Assert.Contains(_log.Entries, entry => entry.Message.Contains("Accept: application/json", StringComparison.Ordinal));
        _secrets.AssertNoneIn(failure.ToString());
        _secrets.AssertNoneIn(_log.Text);
    }

    private static string BasicValueIn(string request) =>
        request.Split("\r\n").Single(line => line.StartsWith("Authorization: Basic ", StringComparison.Ordinal))["Authorization: Basic ".Length..];

    private static string Json(string body) => $"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}";
}
