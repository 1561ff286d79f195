using System.Net;
using System.Net.Sockets;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.SystemTests.Samples;

/// <summary>What the sample says when it cannot show anything: exit code 1, and on stderr what is wrong and what to do.</summary>
public sealed class QuickstartFailureTests : IAsyncLifetime
{
    private readonly QuickstartProcess _quickstart = new();
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync();
        _quickstart.Use(_fake);
    }

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Theory]
    [InlineData("ClientId", null)]
    [InlineData("ClientId", "")]
    [InlineData("ClientSecret", null)]
    [InlineData("ClientSecret", "")]
    public async Task Run_WithHalfOfTheCredentials_NamesTheOtherHalf(string missing, string? value)
    {
        _quickstart[$"Spotify__{missing}"] = value;

        await AssertFailsAsync(
            [],
            $"Spotify:{missing} is missing (environment variable Spotify__{missing}). "
            + "Set it to the value on the app's page in the Spotify developer dashboard, https://developer.spotify.com/dashboard.\n");
        Assert.Empty(_fake.TokenRequests);
    }

    [Fact]
    public async Task Run_WithAWrongSecret_NamesBothKeys()
    {
        _quickstart["Spotify__ClientSecret"] = "wrong-secret";

        string error = await AssertFailsAsync(
            [],
            $"The token endpoint {_fake.TokenEndpoint} returned 400: invalid_client (Invalid client secret). "
            + "Check Spotify:ClientId and Spotify:ClientSecret: "
            + "both must belong to the same app on https://developer.spotify.com/dashboard, and the secret must be its current one.\n");
        Assert.DoesNotContain("wrong-secret", error, StringComparison.Ordinal);
        Assert.Single(_fake.TokenRequests);
        Assert.Empty(_fake.ApiRequests);
    }

    [Theory]
    [InlineData("ClientId", "an:id", "Spotify:ClientId contains a colon, which Basic authentication doesn't allow. Set it to the client id alone.")]
    [InlineData("RenewalWindow", "x", "Spotify:RenewalWindow can't be parsed. Set it to a time, written as hours:minutes:seconds (\"00:05:00\").")]
    public async Task Run_WithAnInvalidSetting_NamesItsKey(string setting, string value, string error)
    {
        _quickstart[$"Spotify__{setting}"] = value;

        await AssertFailsAsync([], error + "\n");
    }

    [Fact]
    public async Task Run_WithUnreadableUserSecrets_NamesTheFile()
    {
        _quickstart.UserSecrets = "{ \"Spotify:ClientSecret\": \"half-written";

        QuickstartResult result = await _quickstart.RunAsync();

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Matches(@"^Failed to load configuration from file '.*secrets\.json'\. Correct this file\.\n$", result.Error);
    }

    [Theory]
    [InlineData("4cOdK2wGLETKBW3PvgPWq1")] // Spotify returns 404
    [InlineData("no/id")] // 400
    public async Task Run_WithAnUnknownTrackId_SaysWhatATrackIdIs(string id)
    {
        await AssertFailsAsync(
            [id], $"Spotify has no track '{id}'. A track id is the 22 letters and digits after /track/ in the track's link.\n");
        Assert.Equal($"/v1/tracks/{Uri.EscapeDataString(id)}", Assert.Single(_fake.ApiRequests).RequestUri.AbsolutePath);
    }

    [Theory]
    [InlineData("TokenEndpoint", "The token request to http://{0}/ failed: ")]
    [InlineData("ApiBaseAddress", "The Spotify Web API can't be reached: ")]
    public async Task Run_WhereNobodyListens_SaysToCheckTheNetwork(string address, string what)
    {
        // Bound, but not listening: connections are refused, and nobody else can take the port.
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _quickstart[$"Spotify__{address}"] = $"http://{socket.LocalEndPoint}/";

        QuickstartResult result = await _quickstart.RunAsync();

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        string[] lines = result.Error.Split('\n');
        Assert.StartsWith(what.Replace("{0}", $"{socket.LocalEndPoint}", StringComparison.Ordinal), lines[0], StringComparison.Ordinal);
        Assert.Equal(["Check the network connection, or try again later.", ""], lines[1..]);
    }

    [Theory]
    [InlineData(400, "Spotify can't search for these words (400). Try different ones.")]
    [InlineData(403, "Spotify rejected this app (403). The owner of an app in development mode needs Spotify Premium.")]
    [InlineData(429, "This app has reached Spotify's rate limit (429). Try again later.")]
    [InlineData(500, "The Spotify Web API returned 500 (InternalServerError). Try again later.")]
    public async Task Run_WhereTheApiRefuses_SaysWhatToDo(int status, string error)
    {
        _fake.ApiResponse = new FakeResponse((HttpStatusCode)status);

        await AssertFailsAsync(["--search", "lantern"], error + "\n");
    }

    [Theory]
    [InlineData("<html>Welcome to our free network</html>")]
    [InlineData("""{ "tracks": {} }""")]
    [InlineData("""{ "tracks": { "items": [{ "name": null, "artists": [], "album": { "name": "" }, "duration_ms": 1 }] } }""")]
    public async Task Run_WhereSomethingElseResponds_SaysSo(string body)
    {
        _fake.ApiResponse = FakeResponse.Json(body);

        QuickstartResult result = await _quickstart.RunAsync("--search", "lantern");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Matches(@"^The server that responded is not the Spotify Web API: .* Check the network connection and Spotify:ApiBaseAddress\.\n$", result.Error);
    }

    [Theory]
    [InlineData("--market")]
    [InlineData("--search")]
    [InlineData("--search", "lantern", "--market")]
    [InlineData("4cOdK2wGLETKBW3PvgPWqT", "0LWuX6RGJIXNDsAPuQLOcg")]
    public async Task Run_WithOtherArguments_QuotesThemAndShowsTheUsage(params string[] arguments)
    {
        QuickstartResult result = await _quickstart.RunAsync(arguments);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"Invalid arguments: {string.Join(' ', arguments)}\n\nUsage: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(_fake.TokenRequests);
    }

    private async Task<string> AssertFailsAsync(string[] arguments, string error)
    {
        QuickstartResult result = await _quickstart.RunAsync(arguments);

        Assert.Equal(error, result.Error);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        return result.Error;
    }
}
