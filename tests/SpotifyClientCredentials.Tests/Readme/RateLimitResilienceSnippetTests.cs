using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class RateLimitResilienceSnippetTests
{
    private int _retries;

    /// <summary>The circuit would open after 100 calls of which a tenth fail.</summary>
    [Fact]
    public async Task Resilience_When300CallsGet429_ReturnsEachOfThemAtOnce()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.ApiResponse = FakeResponse.RateLimited(TimeSpan.FromHours(1));
        using IHost host = BuildHost(fake);

        for (int call = 0; call < 300; call++)
        {
            using HttpResponseMessage response = await GetTrackAsync(host);
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1)), (response.StatusCode, response.Headers.RetryAfter?.Delta));
        }

        Assert.Equal(0, _retries);
        Assert.Equal(300, fake.ApiRequests.Count);
    }

    [Fact]
    public async Task Resilience_WhenTheWebApiIsOverloaded_Retries()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.EnqueueApiResponse(FakeResponse.ServiceUnavailableHtml, times: 2);
        using IHost host = BuildHost(fake);

        using HttpResponseMessage response = await GetTrackAsync(host);

        Assert.Equal((HttpStatusCode.OK, 2), (response.StatusCode, _retries));
    }

    private IHost BuildHost(FakeSpotify fake)
    {
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSpotifyClientCredentials();

        // Recipe: resilience without 429
        var spotify = builder.Services.AddHttpClient("spotify");
        spotify.AddStandardResilienceHandler(options =>
        {
            options.Retry.ShouldHandle = retry => ValueTask.FromResult(IsTransientButNot429(retry.Outcome));
            options.CircuitBreaker.ShouldHandle = breaker => ValueTask.FromResult(IsTransientButNot429(breaker.Outcome));
        });
        spotify.AddSpotifyBearerToken();

        static bool IsTransientButNot429(Outcome<HttpResponseMessage> outcome) =>
            HttpClientResiliencePredicates.IsTransient(outcome) && outcome.Result?.StatusCode != HttpStatusCode.TooManyRequests;
        // end

        builder.Services.PostConfigureAll<HttpStandardResilienceOptions>(options =>
        {
            options.Retry.DelayGenerator = _ => ValueTask.FromResult<TimeSpan?>(TimeSpan.Zero);
            options.Retry.OnRetry = _ =>
            {
                _retries++;
                return ValueTask.CompletedTask;
            };
        });
        return builder.Build();
    }

    private static async Task<HttpResponseMessage> GetTrackAsync(IHost host)
    {
        using HttpClient client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
        return await client.GetAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));
    }
}
