using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Polly.CircuitBreaker;
using Polly.Timeout;
using SpotifyClientCredentials;

namespace CatalogWeb;

/// <summary>What a visitor is told when a call to Spotify failed, and when to try again.</summary>
internal sealed record Failure(HttpStatusCode Status, string Words, TimeSpan? RetryAfter = null)
{
    /// <returns>Null where the exception is a defect, or the visitor went away.</returns>
    public static Failure? From(Exception exception) => exception switch
    {
        TokenRequestException { IsTransient: false } =>
            new(HttpStatusCode.BadGateway, "Spotify refuses this app's credentials. Whoever runs the app has to correct them."),
        TokenRequestException e =>
            new(HttpStatusCode.ServiceUnavailable, "There is no access token at the moment.", e.RetryAfter ?? TimeSpan.FromSeconds(5)),
        RateLimitedException e =>
            new(HttpStatusCode.TooManyRequests, "This app has reached Spotify's rate limit.", e.RetryAfter ?? TimeSpan.FromSeconds(30)),
        HttpRequestException { StatusCode: HttpStatusCode.BadRequest } =>
            new(HttpStatusCode.BadRequest, "Spotify cannot search for these words. Try others."),
        HttpRequestException { StatusCode: HttpStatusCode.Forbidden } =>
            new(HttpStatusCode.BadGateway, "Spotify refuses this app. As long as an app is in development mode, its owner needs Spotify Premium."),
        HttpRequestException { StatusCode: { } status } =>
            new(HttpStatusCode.BadGateway, $"The Spotify Web API answered {(int)status} ({status}). Try again later."),
        HttpRequestException or BrokenCircuitException =>
            new(HttpStatusCode.ServiceUnavailable, "The Spotify Web API cannot be reached. Try again later."),
        TimeoutRejectedException or TaskCanceledException { InnerException: TimeoutException } =>
            new(HttpStatusCode.GatewayTimeout, "The Spotify Web API took too long to answer. Try again later."),
        JsonException =>
            new(HttpStatusCode.BadGateway, "What answered is not the Spotify Web API."),
        _ => null,
    };

    public ProblemHttpResult ToResult(HttpResponse response)
    {
        string detail = Words;
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Seconds(wait).ToString(CultureInfo.InvariantCulture);
            detail += $" Try again in {InWords(wait)}.";
        }

        return TypedResults.Problem(detail, statusCode: (int)Status);
    }

    private static int Seconds(TimeSpan wait) => (int)Math.Max(1, Math.Ceiling(wait.TotalSeconds));

    private static string InWords(TimeSpan wait) => wait switch
    {
        { TotalHours: > 1 } => Counted(wait.TotalHours, "hour"),
        { TotalMinutes: > 1 } => Counted(wait.TotalMinutes, "minute"),
        _ => Counted(Seconds(wait), "second"),
    };

    private static string Counted(double amount, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(amount)} {unit}{(amount > 1 ? "s" : "")}");
}
