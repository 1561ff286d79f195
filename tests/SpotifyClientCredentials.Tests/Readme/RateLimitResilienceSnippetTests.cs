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
    public async Task Resilience_When1000CallsGet429_ReturnsEachOfThemAtOnceAndSendsOne()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.ApiResponse = FakeResponse.RateLimited(TimeSpan.FromHours(1));
        using IHost host = BuildHost(fake);

        for (int call = 0; call < 1000; call++)
        {
            using HttpResponseMessage response = await GetTrackAsync(host);
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));

            // Recipe: unsent
            bool notSent = response.RequestMessage!.Options.TryGetValue(SpotifyRateLimitOptions.NotSent, out bool value) && value;
            // end

            Assert.Equal(call > 0, notSent);
        }

        Assert.Equal(0, _retries);
        Assert.Single(fake.ApiRequests);
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

        // README: rate limit
        var client = builder.Services.AddHttpClient<SpotifyCatalogue>();
        client.AddStandardResilienceHandler(options =>
        {
            options.Retry.ShouldHandle = retry => ValueTask.FromResult(IsTransient(retry.Outcome));
            options.CircuitBreaker.ShouldHandle = breaker => ValueTask.FromResult(IsTransient(breaker.Outcome));
        });
        client.AddSpotifyBearerToken().AddSpotifyRateLimit();

        static bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
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
        using HttpClient client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(SpotifyCatalogue));
        return await client.GetAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));
    }
}
