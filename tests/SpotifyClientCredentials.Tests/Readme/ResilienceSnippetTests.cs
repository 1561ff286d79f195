using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class ResilienceSnippetTests
{
    private int _retries;
    private ClientCredentialsTokenProvider? _tokens;

    [Fact]
    public async Task Resilience_WhenTheWebApiIsOverloaded_Retries()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.EnqueueApiResponse(FakeResponse.ServiceUnavailableHtml, times: 2);

        string track = await GetTrackAsync(fake);

        Assert.Contains(ReadmeApp.TrackName, track, StringComparison.Ordinal);
        Assert.Equal(2, _retries);
        Assert.Equal(3, fake.ApiRequests.Count);
        Assert.Single(fake.TokenRequests);
    }

    [Fact]
    public async Task Resilience_WhenTheTokenIsReplacedBetweenAttempts_SendsTheNewOne()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.EnqueueApiResponse(FakeResponse.ServiceUnavailableHtml.WaitFor(async _ =>
        {
            AccessToken rejected = await _tokens!.GetTokenAsync();
            fake.RevokeTokens();
            await _tokens.GetTokenAsync(rejected);
        }));

        string track = await GetTrackAsync(fake);

        Assert.Contains(ReadmeApp.TrackName, track, StringComparison.Ordinal);
        Assert.Equal(1, _retries);
        // With the resilience handler inside, the second attempt would carry the old token and get a 401, and there would be a third.
        Assert.Equal(2, fake.ApiRequests.Count);
    }

    [Fact]
    public async Task Resilience_WhenTheSecretIsWrong_DoesNotRetry()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenResponse = FakeResponse.InvalidClientSecret;

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => GetTrackAsync(fake));

        Assert.False(failure.IsTransient);
        Assert.Equal(0, _retries);
    }

    [Fact]
    public async Task Resilience_WhenTheTokenEndpointIsOverloaded_LeavesTheRetryToTheLibrary()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.EnqueueTokenResponse(FakeResponse.ServiceUnavailableHtml);

        string track = await GetTrackAsync(fake);

        Assert.Contains(ReadmeApp.TrackName, track, StringComparison.Ordinal);
        Assert.Equal((0, 2), (_retries, fake.TokenRequests.Count));
    }

    [Fact]
    public async Task Resilience_WhenTheWebApiAsksForALongWait_ReturnsTheResponseAtOnce()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.ApiResponse = FakeResponse.RateLimited(TimeSpan.FromSeconds(11));

        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => GetTrackAsync(fake));

        Assert.Equal(HttpStatusCode.TooManyRequests, failure.StatusCode);
        Assert.Equal(0, _retries);
    }

    [Fact]
    public async Task Resilience_WhenTheWebApiAsksForAShortWait_Retries()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.EnqueueApiResponse(FakeResponse.RateLimited(TimeSpan.FromSeconds(10)));

        string track = await GetTrackAsync(fake);

        Assert.Contains(ReadmeApp.TrackName, track, StringComparison.Ordinal);
        Assert.Equal(1, _retries);
    }

    [Fact]
    public async Task Resilience_WhenTheTokenEndpointAsksForALongWait_FailsAtOnce()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenResponse = FakeResponse.RateLimited(TimeSpan.FromSeconds(11));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => GetTrackAsync(fake));

        Assert.True(failure.RetryAfter <= TimeSpan.FromSeconds(11));
        Assert.Equal(0, _retries);
    }

    private async Task<string> GetTrackAsync(FakeSpotify fake)
    {
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder([.. fake.ToArguments()]);
        builder.Services.AddSpotifyClientCredentials();

        // Recipe: resilience
        var spotify = builder.Services.AddHttpClient("spotify");
        spotify.AddStandardResilienceHandler(options => options.Retry.ShouldHandle = retry => ValueTask.FromResult(
            HttpClientResiliencePredicates.IsTransient(retry.Outcome) && !AsksForALongWait(retry.Outcome.Result)));
        spotify.AddSpotifyBearerToken();

        static bool AsksForALongWait(HttpResponseMessage? response) => response?.Headers.RetryAfter?.Delta > TimeSpan.FromSeconds(10);
        // end

        builder.Services.PostConfigureAll<HttpStandardResilienceOptions>(options =>
        {
            // Without .NET's delays; the tests of the handler cover its waits.
            options.Retry.DelayGenerator = _ => ValueTask.FromResult<TimeSpan?>(TimeSpan.Zero);
            options.Retry.OnRetry = _ =>
            {
                _retries++;
                return ValueTask.CompletedTask;
            };
        });
        using IHost host = builder.Build();
        _tokens = host.Services.GetRequiredService<ClientCredentialsTokenProvider>();
        using HttpClient client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
        return await client.GetStringAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));
    }
}
