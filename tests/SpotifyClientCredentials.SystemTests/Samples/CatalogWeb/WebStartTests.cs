using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>What the sample says at its start, and that it ends where it cannot do its work.</summary>
public sealed class WebStartTests : IAsyncLifetime
{
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Theory]
    [InlineData("ClientId")]
    [InlineData("ClientSecret")]
    public async Task Start_WithHalfOfTheCredentials_NamesTheOtherHalf(string missing)
    {
        (int exitCode, string output) = await FailAsync($"Spotify__{missing}", null);

        Assert.Equal(1, exitCode);
        // After the library's event 9.
        Assert.EndsWith(
            $"\nSpotify:{missing} is missing (environment variable Spotify__{missing}). "
            + "Set it to the value on the app's page in the Spotify developer dashboard, https://developer.spotify.com/dashboard.\n",
            output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithAWrongSecret_NamesBothKeys()
    {
        (int exitCode, string output) = await FailAsync("Spotify__ClientSecret", "wrong-secret");

        Assert.Equal(1, exitCode);
        Assert.EndsWith(
            "returned 400: invalid_client (Invalid client secret). Check Spotify:ClientId and Spotify:ClientSecret: "
            + "both must belong to the same app on https://developer.spotify.com/dashboard, and the secret must be its current one.\n",
            output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithUnreadableUserSecrets_NamesTheFile()
    {
        (int exitCode, string output) = await WebProcess.FailAsync([], "{ \"Spotify:ClientSecret\": \"half-written");

        Assert.Equal(1, exitCode);
        Assert.Matches(@"^Failed to load configuration from file '.*secrets\.json'\. Correct this file\.\n$", output);
    }

    [Theory]
    [InlineData("40")]
    [InlineData("x")]
    [InlineData("00:00:00")]
    public async Task Start_WithAnImpossibleTokenLifetime_NamesTheSetting(string lifetime)
    {
        (int exitCode, string output) = await WebProcess.FailAsync([new("Sample__TokenLifetime", lifetime)]);

        Assert.Equal((1, $"Sample:TokenLifetime is '{lifetime}'. Set it to a duration from 00:00:01 to 01:00:00 (hours:minutes:seconds).\n"), (exitCode, output));
    }

    [Fact]
    public async Task Start_OnATakenPort_SaysHowToChooseAnother()
    {
        (int exitCode, string output) = await FailAsync("Kestrel__Endpoints__Http__Url", _fake.TokenEndpoint.GetLeftPart(UriPartial.Authority));

        Assert.Equal(1, exitCode);
        Assert.EndsWith(
            "address already in use. Choose another address: dotnet run --project samples/CatalogWeb -- --urls http://localhost:5081\n", output, StringComparison.Ordinal);
    }

    /// <summary>What the message above advises: <c>dotnet run</c> sets the variable from launchSettings.json, to the port that is taken.</summary>
    [Fact]
    public async Task Start_WithUrls_ListensThereWhateverTheVariableSays()
    {
        string taken = _fake.TokenEndpoint.GetLeftPart(UriPartial.Authority);

        await using WebProcess web = await WebProcess.StartAsync([new("ASPNETCORE_URLS", taken)], "--urls", "http://127.0.0.1:0");

        Assert.NotEqual(taken, web.Address.GetLeftPart(UriPartial.Authority));
        Assert.Equal("Healthy", await GetHealthAsync(web));
    }

    [Fact]
    public async Task Start_WithoutCredentials_SaysThatItIsFakeSpotify()
    {
        await using WebProcess web = await WebProcess.StartAsync();

        Assert.Matches(
            @"^No credentials found\. Using FakeSpotify, a local fake with an invented catalogue, at http://127\.0\.0\.1:\d+/v1/\n"
            + @"To use the real Spotify, set the environment variables Spotify__ClientId and Spotify__ClientSecret\.\n",
            web.Output);
    }

    [Fact]
    public async Task Start_WhileTheTokenEndpointIsDown_SucceedsAndRecovers()
    {
        _fake.TokenResponse = FakeResponse.ServiceUnavailableHtml;
        await using WebProcess web = await WebProcess.StartAsync([.. WebProcess.CredentialsOf(_fake)]);
        Assert.Equal("Degraded", await GetHealthAsync(web));

        _fake.TokenResponse = null;

        using CancellationTokenSource limit = new(SampleStart.HangLimit);
        while (await GetHealthAsync(web) != "Healthy")
        {
            limit.Token.ThrowIfCancellationRequested(); // the library's backoff of a second or two isn't over yet
        }
    }

    [UnixFact]
    public async Task Stop_WhileAPanelIsOpen_DoesNotWaitForIt()
    {
        await using WebProcess web = await WebProcess.StartAsync([new("ASPNETCORE_SHUTDOWNTIMEOUTSECONDS", "3600")]);
        await using Stream panel = await web.Client.GetStreamAsync("api/panel");

        Assert.Equal(0, await web.TerminateAsync());
    }

    private static async Task<string> GetHealthAsync(WebProcess web)
    {
        using HttpResponseMessage response = await web.Client.GetAsync("health");
        return await response.Content.ReadAsStringAsync();
    }

    private Task<(int ExitCode, string Output)> FailAsync(string variable, string? value) =>
        WebProcess.FailAsync([.. WebProcess.CredentialsOf(_fake).Where(credential => credential.Key != variable), new(variable, value)]);
}
