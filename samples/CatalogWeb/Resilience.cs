using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using SpotifyClientCredentials;

namespace CatalogWeb;

/// <summary>Which calls are tried again while a visitor waits.</summary>
internal static class Resilience
{
    // Spotify asks for pauses from a second to a day. The standard handler would sit one out until its own time is up, and then say "timeout".
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    public static void Configure(HttpStandardResilienceOptions options, IServiceProvider services)
    {
        TimeProvider timeProvider = services.GetRequiredService<TimeProvider>();
        options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(15);
        options.Retry.Delay = TimeSpan.FromMilliseconds(500);
        options.Retry.ShouldHandle = retry => ValueTask.FromResult(MayPass(retry.Outcome) && !AsksForLongPause(retry.Outcome.Result, timeProvider));
        options.CircuitBreaker.ShouldHandle = breaker => ValueTask.FromResult(MayPass(breaker.Outcome) && !IsRateLimited(breaker.Outcome.Result));
    }

    /// <summary>The pause that an answer asks for, in seconds or as a date.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider timeProvider) => response.Headers.RetryAfter switch
    {
        { Delta: { } seconds } => seconds,
        { Date: { } date } => date - timeProvider.GetUtcNow(),
        _ => null,
    };

    // A failed token request has been tried again by the library, whose cooldown no retry shortens.
    private static bool MayPass(Outcome<HttpResponseMessage> outcome) =>
        HttpClientResiliencePredicates.IsTransient(outcome) && outcome.Exception is not TokenRequestException;

    private static bool AsksForLongPause(HttpResponseMessage? response, TimeProvider timeProvider) =>
        response is not null && RetryAfter(response, timeProvider) > LongestPause;

    private static bool IsRateLimited(HttpResponseMessage? response) => response?.StatusCode == HttpStatusCode.TooManyRequests;
}
