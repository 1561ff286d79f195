using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Observe;

/// <summary>What is logged of Spotify's rate limit. A class of its own, so that a trimmed program without the handler contains none of it.</summary>
internal static partial class RateLimitLog
{
    [LoggerMessage(11, LogLevel.Warning, "The Web API returned 429 to app '{AppName}': {Scope} is closed for {ClosedFor}; calls that it may then send in 30 s: {Budget}")]
    public static partial void Closed(ILogger logger, string appName, string scope, TimeSpan closedFor, int? budget);

    [LoggerMessage(12, LogLevel.Information, "App '{AppName}': {Scope} is open again, and one call goes first")]
    public static partial void Opened(ILogger logger, string appName, string scope);

    [LoggerMessage(13, LogLevel.Warning, "The Timeout of HTTP client '{ClientName}', {Timeout}, isn't longer than its MaxWait, {MaxWait}: calls that wait for the rate limit are cancelled. Set a longer Timeout or a shorter MaxWait")]
    public static partial void TimeoutTooShort(ILogger logger, string clientName, TimeSpan timeout, TimeSpan maxWait);
}
