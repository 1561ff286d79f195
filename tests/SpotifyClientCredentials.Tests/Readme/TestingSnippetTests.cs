using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace ReadmeSnippets;

public sealed class TestingSnippetTests
{
    // README of Testing: a test in xunit
    [Fact]
    public async Task GetTrackNameAsync_WhenTheTokenIsRevoked_CarriesOnWithANewOne()
    {
        await using var spotify = await FakeSpotify.StartAsync();
        var services = new ServiceCollection();
        services.AddSpotifyClientCredentials(spotify.Configure);
        services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();
        await using var provider = services.BuildServiceProvider();
        var catalogue = provider.GetRequiredService<SpotifyCatalogue>();

        Assert.Equal("Never Late for the Tide", await catalogue.GetTrackNameAsync("4cOdK2wGLETKBW3PvgPWqT"));

        spotify.RevokeTokens();
        Assert.Equal("Never Late for the Tide", await catalogue.GetTrackNameAsync("4cOdK2wGLETKBW3PvgPWqT"));
        Assert.Equal(2, spotify.TokenRequests.Count);
    }
    // end

    [Fact]
    public async Task AddSpotifyClientCredentials_InAnAppThatIsSetUp_PointsItToTheFake()
    {
        await using FakeSpotify spotify = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder("--Spotify:ClientId=real", "--Spotify:ClientSecret=credentials");
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();
        builder.Services.AddSpotifyClientCredentials(spotify.Configure);

        using IHost host = builder.Build();

        Assert.Equal(ReadmeApp.TrackName, await host.Services.GetRequiredService<SpotifyCatalogue>().GetTrackNameAsync(ReadmeApp.TrackId));
    }

    [Fact]
    public async Task ApiResponder_ForOnePath_ServesTheJsonOfTheTest()
    {
        await using FakeSpotify spotify = await FakeSpotify.StartAsync();
        await using ServiceProvider provider = CreateContainer(spotify);

        // README of Testing: one path
        spotify.ApiResponder = request => request.RequestUri.AbsolutePath == "/v1/artists/0OdUWJ0sBjDrqHygGUXeCF"
            ? FakeResponse.Json("""{ "id": "0OdUWJ0sBjDrqHygGUXeCF", "name": "Anyone" }""") : null;
        // end

        HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
        Assert.Contains("Anyone", await client.GetStringAsync("artists/0OdUWJ0sBjDrqHygGUXeCF"), StringComparison.Ordinal);
        Assert.Contains(ReadmeApp.TrackName, await client.GetStringAsync($"tracks/{ReadmeApp.TrackId}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responses_Enqueued_AreSentOnce()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch);
        await using FakeSpotify spotify = await FakeSpotify.StartAsync(clock);

        // README of Testing: enqueued responses
        spotify.EnqueueTokenResponse(FakeResponse.ServiceUnavailableHtml, times: 2);
        spotify.EnqueueApiResponse(FakeResponse.Default.WithDelay(TimeSpan.FromSeconds(2)));
        // end

        using HttpClient client = spotify.CreateClient();
        HttpStatusCode[] statusCodes = new HttpStatusCode[3];
        for (int i = 0; i < statusCodes.Length; i++)
        {
            using HttpRequestMessage request = spotify.CreateTokenRequest();
            using HttpResponseMessage response = await client.SendAsync(request);
            statusCodes[i] = response.StatusCode;
        }

        Assert.Equal([HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK], statusCodes);
        Task<HttpResponseMessage> delayed = client.GetAsync("search");
        await Soon.UntilAsync(() => spotify.ApiRequests.Count == 1);
        clock.Advance(TimeSpan.FromSeconds(2));
        (await delayed.WaitAsync(Soon.HangLimit)).Dispose();
    }

    [Fact]
    public async Task Backoff_AfterEvent3_IsPassedByTheTimeThatItNames()
    {
        var services = new ServiceCollection();
        services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();
        services.AddFakeLogging();

        // README of Testing: clock
        var clock = new FakeTimeProvider();
        await using var spotify = await FakeSpotify.StartAsync(clock);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSpotifyClientCredentials(spotify.Configure);
        // end

        await using var provider = services.BuildServiceProvider();
        var catalogue = provider.GetRequiredService<SpotifyCatalogue>();

        // README of Testing: backoff
        spotify.EnqueueTokenResponse(FakeResponse.UpstreamReset);
        Task<string?> name = catalogue.GetTrackNameAsync("4cOdK2wGLETKBW3PvgPWqT");

        await foreach (var record in provider.GetFakeLogCollector().GetLogsAsync())
        {
            if (record.Id.Name == "AttemptFailed")
            {
                clock.Advance(TimeSpan.Parse(record.GetStructuredStateValue("Backoff")!, CultureInfo.InvariantCulture));
                break;
            }
        }

        Assert.Equal("Never Late for the Tide", await name);
        // end

        Assert.Equal(2, spotify.TokenRequests.Count);
    }

    [Fact]
    public async Task Clock_SharedByFakeAndContainer_AdvancesBothByAnHour()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch);
        await using FakeSpotify spotify = await FakeSpotify.StartAsync(clock);
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(spotify.ToArguments());
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();
        using IHost host = builder.Build();
        SpotifyCatalogue catalogue = host.Services.GetRequiredService<SpotifyCatalogue>();

        Assert.Equal(ReadmeApp.TrackName, await catalogue.GetTrackNameAsync(ReadmeApp.TrackId));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ReadmeApp.TrackName, await catalogue.GetTrackNameAsync(ReadmeApp.TrackId));

        Assert.Equal(2, spotify.TokenRequests.Count);
        Assert.Equal(2, spotify.ApiRequests.Count);
    }

    private static ServiceProvider CreateContainer(FakeSpotify spotify)
    {
        ServiceCollection services = new();
        services.AddSpotifyClientCredentials(spotify.Configure);
        services.AddHttpClient("spotify").AddSpotifyBearerToken();
        return services.BuildServiceProvider();
    }
}
