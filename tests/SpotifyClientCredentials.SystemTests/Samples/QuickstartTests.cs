using System.Text;
using System.Text.RegularExpressions;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.SystemTests.Samples;

/// <summary>What the sample shows, and what it asks Spotify for.</summary>
public sealed class QuickstartTests : IAsyncLifetime
{
    private const string Track = """
        Track     Never Late for the Tide
        Artists   Velda Marrowick
        Album     Harbour of Small Clocks
        Duration  3:33


        """;

    private const string Results = """
        Tracks found for "lantern":
            3:25  All Lanterns to the Pier              Osk & the Lanterneers
            4:21  The Night Ferry Keeps Its Own Time    Osk & the Lanterneers
            2:29  Wick and Tallow                       Osk & the Lanterneers
            3:39  A Tide without a Table                Osk & the Lanterneers


        """;

    private readonly QuickstartProcess _quickstart = new();
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Run_WithoutCredentials_SaysSoAndAsksFakeSpotify(string? credential)
    {
        _quickstart["Spotify__ClientId"] = credential;
        _quickstart["Spotify__ClientSecret"] = credential;

        QuickstartResult result = await _quickstart.RunAsync();

        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        const string Notice = """
            No credentials found. Using FakeSpotify, a local fake with an invented catalogue, at http://127.0.0.1:PORT/v1/
            To use the real Spotify, set the environment variables Spotify__ClientId and Spotify__ClientSecret.


            """;
        string withoutPort = Regex.Replace(result.Output, @"(?<=127\.0\.0\.1:)\d+", "PORT");
        Assert.Equal(Notice + Track + Results + "1 token request served 2 API calls.\n", withoutPort);
    }

    [Fact]
    public async Task Run_WithoutCredentialsBehindAProxy_AsksFakeSpotifyPastIt()
    {
        _quickstart["http_proxy"] = _fake.ApiBaseAddress.AbsoluteUri;

        QuickstartResult result = await _quickstart.RunAsync();

        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(_fake.ApiRequests);
    }

    [Fact]
    public async Task Run_WithCredentials_AsksSpotifyForOneTokenAndNothingElse()
    {
        _quickstart.Use(_fake);

        QuickstartResult result = await _quickstart.RunAsync();

        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Track + Results + "1 token request served 2 API calls.\n", result.Output);
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_fake.ClientId}:{_fake.ClientSecret}"));
        Assert.Equal($"Basic {basic}", Assert.Single(_fake.TokenRequests).Headers["Authorization"]);
        AssertApiRequests("GET /v1/tracks/4cOdK2wGLETKBW3PvgPWqT", "GET /v1/search?q=lantern&type=track&limit=5");
        Assert.All(_fake.ApiRequests, request => Assert.StartsWith("Bearer ", request.Headers["Authorization"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WithUserSecrets_ReadsThemAndPrefersTheEnvironment()
    {
        _quickstart.Use(_fake);
        _quickstart["Spotify__ClientId"] = null;
        _quickstart.UserSecrets = $$"""{ "Spotify": { "ClientId": "{{_fake.ClientId}}", "ClientSecret": "an older one" } }""";

        QuickstartResult result = await _quickstart.RunAsync();

        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Run_WithATrackId_ShowsThatTrackAlone()
    {
        _quickstart.Use(_fake);

        QuickstartResult result = await _quickstart.RunAsync("0LWuX6RGJIXNDsAPuQLOcg");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            """
            Track     The Night Ferry Keeps Its Own Time
            Artists   Osk & the Lanterneers
            Album     A Lantern for the Night Ferry
            Duration  4:21

            1 token request served 1 API call.

            """,
            result.Output);
        AssertApiRequests("GET /v1/tracks/0LWuX6RGJIXNDsAPuQLOcg");
    }

    [Fact]
    public async Task Run_WithSearchWords_SearchesForAllOfThem()
    {
        _quickstart.Use(_fake);

        QuickstartResult result = await _quickstart.RunAsync("--search", "rock & roll", "café");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("No tracks found for \"rock & roll café\".\n\n1 token request served 1 API call.\n", result.Output);
        AssertApiRequests("GET /v1/search?q=rock%20%26%20roll%20caf%C3%A9&type=track&limit=5");
    }

    [Fact]
    public async Task Run_WithLongNames_KeepsTheColumns()
    {
        _quickstart.Use(_fake);
        _quickstart["LC_ALL"] = "en_US.ISO-8859-1"; // the console's own encoding, where it is not UTF-8
        _fake.ApiResponse = FakeResponse.Json("""
            { "tracks": { "items": [
                { "name": "A Name of Exactly Thirty-Six Letters", "artists": [{ "name": "A" }, { "name": "Ö" }], "album": { "name": "X" }, "duration_ms": 59999 },
                { "name": "A Name of More Than Thirty-Six Letters", "artists": [{ "name": "B" }], "album": { "name": "Y" }, "duration_ms": 3600000 }
            ] } }
            """);

        QuickstartResult result = await _quickstart.RunAsync("--search", "name");

        Assert.Equal("", result.Error);
        Assert.Equal(
            """
            Tracks found for "name":
                0:59  A Name of Exactly Thirty-Six Letters  A, Ö
               60:00  A Name of More Than Thirty-Six Lett…  B

            1 token request served 1 API call.

            """,
            result.Output);
    }

    [Fact]
    public async Task Run_WhereRequestsAreRepeated_CountsThoseToo()
    {
        _quickstart.Use(_fake);
        _fake.EnqueueApiResponse(FakeResponse.Unauthorized);

        QuickstartResult result = await _quickstart.RunAsync();

        Assert.Equal("", result.Error);
        Assert.Equal(Track + Results + "2 token requests served 3 API calls.\n", result.Output);
        Assert.Equal((2, 3), (_fake.TokenRequests.Count, _fake.ApiRequests.Count));
    }

    [Fact]
    public async Task Run_WithHelp_ShowsTheUsage()
    {
        QuickstartResult result = await _quickstart.RunAsync("--help");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("Usage: dotnet run --project samples/Quickstart -- [TRACK-ID | --search WORDS | --help]\n", result.Output, StringComparison.Ordinal);
    }

    private void AssertApiRequests(params string[] expected) =>
        Assert.Equal(expected, _fake.ApiRequests.Select(request => $"{request.Method} {request.RequestUri.PathAndQuery}"));
}
