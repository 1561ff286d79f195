using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

public sealed class ErrorsSnippetTests
{
    [Fact]
    public async Task Errors_WhenThereIsNone_ReturnTheTrack() => Assert.Equal(ReadmeApp.TrackName, await DescribeAsync());

    [Fact]
    public async Task Errors_WhenTheSecretIsWrong_SayWhatToCheck()
    {
        string description = await DescribeAsync(fake => fake.TokenResponse = FakeResponse.InvalidClientSecret);

        Assert.StartsWith("Somebody has to act: ", description, StringComparison.Ordinal);
        Assert.Contains("Spotify:ClientId and Spotify:ClientSecret", description, StringComparison.Ordinal);
        Assert.Contains("invalid_client", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_WhenTheTokenEndpointAsksForAPause_SayWhenToTryAgain() =>
        Assert.Equal(
            "No token now, try again in 60 s.",
            await DescribeAsync(fake => fake.TokenResponse = FakeResponse.ServiceUnavailableHtml.WithHeader("Retry-After", "60")));

    // After several requests, and at the beginning of the longest backoff.
    [Fact]
    public async Task Errors_WhenTheTokenEndpointCannotBeReached_SayWhenToTryAgain() =>
        Assert.Matches("^No token now, try again in [45] s[.]$", await DescribeAsync(fake => fake.TokenResponse = FakeResponse.ConnectionReset));

    [Fact]
    public async Task Errors_WhenThereIsNoSuchTrack_DifferFromThoseOfTheToken() =>
        Assert.Equal("The Web API returned 404.", await DescribeAsync(trackId: "0000000000000000000000"));

    [Fact]
    public async Task Errors_WhenTheWebApiIsOverloaded_DifferFromThoseOfTheToken() =>
        Assert.Equal("The Web API returned 503.", await DescribeAsync(fake => fake.ApiResponse = FakeResponse.ServiceUnavailableHtml));

    [Fact]
    public async Task Errors_WhenTheWebApiCannotBeReached_SaySo() =>
        Assert.Equal("The Web API cannot be reached.", await DescribeAsync(fake => fake.ApiResponse = FakeResponse.ConnectionReset));

    private static async Task<string> DescribeAsync(Action<FakeSpotify>? script = null, string trackId = ReadmeApp.TrackId)
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        script?.Invoke(fake);
        var builder = ReadmeApp.CreateBuilder([.. fake.ToArguments()]);
        TestClock clock = new();
        using RecordingLoggerProvider logs = new();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Logging.AddProvider(logs);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient("spotify").AddSpotifyBearerToken();
        using var host = builder.Build();
        using var spotify = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
        return (await logs.PassAsync(clock, () => GetTrackNameAsync(spotify, trackId)))!;

        // README: errors
        static async Task<string?> GetTrackNameAsync(HttpClient spotify, string id)
        {
            try
            {
                var track = await spotify.GetFromJsonAsync<JsonElement>($"tracks/{id}");
                return track.GetProperty("name").GetString();
            }
            catch (TokenRequestException e) when (!e.IsTransient)
            {
                return $"Somebody has to act: {e.Message}";
            }
            catch (TokenRequestException e)
            {
                return $"No token now, try again in {e.RetryAfter?.TotalSeconds ?? 5:0} s.";
            }
            catch (HttpRequestException e)
            {
                return e.StatusCode is { } status ? $"The Web API returned {(int)status}." : "The Web API cannot be reached.";
            }
        }
        // end
    }
}
