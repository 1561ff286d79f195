using System.Diagnostics;
using System.Reflection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.SystemTests.Extensions8;

/// <summary>Runs the library on Microsoft.Extensions.* 8.0, whose HttpClient loggers redact nothing by default, in a separate process.</summary>
public sealed class Extensions8Tests : IAsyncLifetime
{
    private const string Hidden = "hunter2";

    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, string> _results = [];
    private string _output = "";
    private FakeSpotify _fake = null!;
    private FakeSpotify _second = null!;
    private RawServer _echo = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync();
        _second = await FakeSpotify.StartAsync();
        _echo = StartEcho();
        _fake.EnqueueApiResponse(FakeResponse.Unauthorized);

        _output = await RunAsync();
        foreach (string line in _output.Split('\n').Where(line => line.StartsWith("result ", StringComparison.Ordinal)))
        {
            string[] parts = line["result ".Length..].Split(": ", 2);
            _results[parts[0]] = parts[1].Trim();
        }
    }

    public async Task DisposeAsync()
    {
        await _fake.DisposeAsync();
        await _second.DisposeAsync();
        await _echo.DisposeAsync();
    }

    [Fact]
    public void Extensions8_InASeparateProcess_SupportsEveryPathAndLogsNoSecret()
    {
        Assert.All(_results.Where(result => result.Key.StartsWith("version ", StringComparison.Ordinal)), version => Assert.StartsWith("8.0.", version.Value, StringComparison.Ordinal));
        Assert.StartsWith("8.0.1", _results["version Microsoft.Extensions.Http"], StringComparison.Ordinal);

        Assert.Equal("valid", _results["start"]);
        Assert.Equal("200", _results["api"]);
        Assert.Equal("200", _results["api again"]);
        Assert.Equal("200", _results["second"]);
        Assert.StartsWith("spotify-client-credentials:", _results["stored"], StringComparison.Ordinal);
        Assert.Equal("200", _results["plain"]);
        Assert.Equal("TokenRequestException invalid_client", _results["echo"]);
        AssertWire();
        AssertDefaults();

        Assert.Equal("https://accounts.spotify.com/api/token https://api.spotify.com/v1/ 00:05:00 00:00:08 True", _results["null"]);
        Assert.Equal(_results["null"], _results["empty"]);

        Assert.Contains("Invalid:ClientId is missing (environment variable Invalid__ClientId)", _results["invalid"], StringComparison.Ordinal);
        Assert.Contains("Invalid:ClientSecret starts or ends with white space", _results["invalid"], StringComparison.Ordinal);
        Assert.Contains("Invalid:RenewalWindow is 300.00:00:00", _results["invalid"], StringComparison.Ordinal);
        AssertLog();
    }

    private void AssertWire()
    {
        string[] bearers = [.. _fake.ApiRequests.Select(request => request.Headers["Authorization"])];
        Assert.Equal(4, bearers.Length);
        Assert.All(bearers, bearer => Assert.Matches("^Bearer [^ ,]+$", bearer));
        Assert.NotEqual(bearers[0], bearers[1]); // the first got a 401
        Assert.All(bearers[2..], bearer => Assert.Equal(bearers[1], bearer));
        Assert.Equal(2, _fake.TokenRequests.Count);
        Assert.All(_fake.TokenRequests, request => Assert.Equal(FakeSpotifyClient.Basic(_fake.ClientId, _fake.ClientSecret), request.Headers["Authorization"]));
        Assert.Equal(FakeSpotifyClient.Basic(_second.ClientId, _second.ClientSecret), Assert.Single(_second.TokenRequests).Headers["Authorization"]);
        Assert.Single(_second.ApiRequests);
        Assert.Single(_echo.Requests);
    }

    private void AssertDefaults()
    {
        string[] defaults = ["X-Defaults-before", "X-Defaults-after", "X-Defaults-Handler-before", "X-Defaults-Handler-after"];
        Assert.All(_fake.ApiRequests, request => Assert.All(defaults, header => Assert.Contains(header, request.Headers.Keys, StringComparer.OrdinalIgnoreCase)));
        Assert.All(
            _fake.TokenRequests.Concat(_second.TokenRequests),
            request => Assert.DoesNotContain(request.Headers.Keys, header => header.StartsWith("X-Defaults", StringComparison.OrdinalIgnoreCase)));
        Assert.All(_fake.TokenRequests, request => Assert.Equal(("own", "1"), (request.Headers["X-Own"], request.Headers["X-Own-Handler"])));
    }

    private void AssertLog()
    {
        foreach (string client in new[] { "api", "second", "plain", "SpotifyClientCredentials" })
        {
            Assert.Contains($"log System.Net.Http.HttpClient.{client}.ClientHandler Authorization: *", _output, StringComparison.Ordinal);
        }

        // Only the token client of the unnamed app was given a logger.
        Assert.DoesNotContain("HttpClient.SpotifyClientCredentials:", _output, StringComparison.Ordinal);

        // Version 8 logs all other headers, and the library leaves that unchanged.
        Assert.Contains("log System.Net.Http.HttpClient.api.ClientHandler X-Shown: shown", _output, StringComparison.Ordinal);
        Assert.Contains("log System.Net.Http.HttpClient.SpotifyClientCredentials.ClientHandler Accept: application/json", _output, StringComparison.Ordinal);

        SecretSearch secrets = new SecretSearch()
            .AddCredentials(_fake.ClientId, _fake.ClientSecret)
            .AddCredentials(_second.ClientId, _second.ClientSecret)
            .AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret)
            .Add("invalid secret", Hidden);
        foreach (RecordedRequest request in _fake.ApiRequests.Concat(_second.ApiRequests))
        {
            secrets.Add("token", request.Headers["Authorization"]["Bearer ".Length..]);
        }

        secrets.AssertNoneIn(_output);
    }

    private async Task<string> RunAsync()
    {
        string program = typeof(Extensions8Tests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Extensions8Program").Value!;
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major";
        AddSettings(start.Environment, "Spotify", _fake.ClientId, _fake.ClientSecret, _fake.TokenEndpoint, _fake.ApiBaseAddress);
        AddSettings(start.Environment, "Second", _second.ClientId, _second.ClientSecret, _second.TokenEndpoint, _second.ApiBaseAddress);
        AddSettings(start.Environment, "Echo", TestOptions.ClientId, TestOptions.ClientSecret, _echo.Address, _fake.ApiBaseAddress);
        start.Environment["Invalid__ClientSecret"] = $" {Hidden}";
        start.Environment["Invalid__RenewalWindow"] = "300";

        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(HangLimit);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, await errors);
            return output;
        }
        finally
        {
            process.Kill();
        }
    }

    private static RawServer StartEcho() => new(connection =>
    {
        string basic = connection.Request.Split("\r\n").Single(line => line.StartsWith("Authorization: ", StringComparison.Ordinal))["Authorization: Basic ".Length..];
        string body = $$"""{"error":"invalid_client","error_description":"not {{basic}}"}""";
        return connection.SendAsync($"HTTP/1.1 400 {basic}\r\nX-Echo: {basic}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}");
    });

    private static void AddSettings(IDictionary<string, string?> environment, string section, string id, string secret, Uri tokenEndpoint, Uri apiBaseAddress)
    {
        environment[$"{section}__ClientId"] = id;
        environment[$"{section}__ClientSecret"] = secret;
        environment[$"{section}__TokenEndpoint"] = tokenEndpoint.AbsoluteUri;
        environment[$"{section}__ApiBaseAddress"] = apiBaseAddress.AbsoluteUri;
    }
}
