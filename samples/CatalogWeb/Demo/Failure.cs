using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Polly.CircuitBreaker;
using Polly.Timeout;
using SpotifyClientCredentials;

namespace CatalogWeb.Demo;

/// <summary>The message that a visitor gets when a call to Spotify fails, and when to try again.</summary>
internal sealed record Failure(HttpStatusCode Status, string Message, TimeSpan? RetryAfter = null)
{
    /// <returns>The failure, or null if the exception is a bug or the visitor has disconnected.</returns>
    public static Failure? From(Exception exception) => exception switch
    {
        TokenRequestException { IsTransient: false } =>
            new(HttpStatusCode.BadGateway, "Spotify rejected this app's credentials. The operator of the app must correct them."),
        TokenRequestException e =>
            new(HttpStatusCode.ServiceUnavailable, "No access token is available at the moment.", e.RetryAfter ?? TimeSpan.FromSeconds(5)),
        RateLimitedException e =>
            new(HttpStatusCode.TooManyRequests, "This app has reached Spotify's rate limit.", e.RetryAfter ?? TimeSpan.FromSeconds(30)),
        HttpRequestException { StatusCode: HttpStatusCode.BadRequest } =>
            new(HttpStatusCode.BadRequest, "Spotify can't search for these words. Try different ones."),
        HttpRequestException { StatusCode: HttpStatusCode.Forbidden } =>
            new(HttpStatusCode.BadGateway, "Spotify rejected this app. The owner of an app in development mode needs Spotify Premium."),
        HttpRequestException { StatusCode: { } status } =>
            new(HttpStatusCode.BadGateway, $"The Spotify Web API returned {(int)status} ({status}). Try again later."),
        HttpRequestException or BrokenCircuitException =>
            new(HttpStatusCode.ServiceUnavailable, "The Spotify Web API can't be reached. Try again later."),
        TimeoutRejectedException or TaskCanceledException { InnerException: TimeoutException } =>
            new(HttpStatusCode.GatewayTimeout, "The Spotify Web API took too long to respond. Try again later."),
        JsonException =>
            new(HttpStatusCode.BadGateway, "The server that responded is not the Spotify Web API."),
        _ => null,
    };

    public ProblemHttpResult ToResult(HttpResponse response)
    {
        string detail = Message;
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Seconds(wait).ToString(CultureInfo.InvariantCulture);
            detail += $" Try again in {Format(wait)}.";
        }

        return TypedResults.Problem(detail, statusCode: (int)Status);
    }

    private static int Seconds(TimeSpan wait) => (int)Math.Max(1, Math.Ceiling(wait.TotalSeconds));

    private static string Format(TimeSpan wait) => wait switch
    {
        { TotalHours: > 1 } => Quantity(wait.TotalHours, "hour"),
        { TotalMinutes: > 1 } => Quantity(wait.TotalMinutes, "minute"),
        _ => Quantity(Seconds(wait), "second"),
    };

    private static string Quantity(double amount, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(amount)} {unit}{(amount > 1 ? "s" : "")}");
}
