using System.Net;
using Microsoft.Extensions.Http.Resilience;

namespace CatalogWeb;

/// <summary>Selects the calls that are retried while a visitor waits.</summary>
internal static class Resilience
{
    // Spotify sends Retry-After values from a second to a day. The standard handler would wait until its total timeout and report a timeout.
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(3);

    // Without token requests: the library retries them itself, and a TokenRequestException isn't transient here.
    public static void Configure(HttpStandardResilienceOptions options, IServiceProvider services)
    {
        TimeProvider timeProvider = services.GetRequiredService<TimeProvider>();
        options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(15);
        options.Retry.Delay = TimeSpan.FromMilliseconds(500);
        // Without 429: AddSpotifyRateLimit heeds it for all calls together.
        options.Retry.ShouldHandle = retry => ValueTask.FromResult(
            HttpClientResiliencePredicates.IsTransient(retry.Outcome)
            && !IsRateLimited(retry.Outcome.Result) && !HasLongRetryAfter(retry.Outcome.Result, timeProvider));
        options.CircuitBreaker.ShouldHandle = breaker =>
            ValueTask.FromResult(HttpClientResiliencePredicates.IsTransient(breaker.Outcome) && !IsRateLimited(breaker.Outcome.Result));
    }

    /// <summary>The <c>Retry-After</c> header of a response, given in seconds or as a date.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider timeProvider) => response.Headers.RetryAfter switch
    {
        { Delta: { } seconds } => seconds,
        { Date: { } date } => date - timeProvider.GetUtcNow(),
        _ => null,
    };

    private static bool HasLongRetryAfter(HttpResponseMessage? response, TimeProvider timeProvider) =>
        response is not null && RetryAfter(response, timeProvider) > MaxRetryAfter;

    private static bool IsRateLimited(HttpResponseMessage? response) => response?.StatusCode == HttpStatusCode.TooManyRequests;
}
