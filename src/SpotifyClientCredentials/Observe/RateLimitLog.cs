using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Observe;

/// <summary>What is logged of Spotify's rate limit. A class of its own, so that a trimmed program without the handler contains none of it.</summary>
internal static class RateLimitLog
{
    // Not generated as those of Log: the generator writes two classes in no fixed order (dotnet/runtime issue 119587), and a commit would give two packages.
    private static readonly Action<ILogger, string, string, TimeSpan, int?, Exception?> ClosedEvent = LoggerMessage.Define<string, string, TimeSpan, int?>(
        LogLevel.Warning,
        new EventId(11, nameof(Closed)),
        "The Web API returned 429 to app '{AppName}': {Scope} is closed for {ClosedFor}; calls that it may then send in 30 s: {Budget}");

    private static readonly Action<ILogger, string, string, Exception?> OpenedEvent = LoggerMessage.Define<string, string>(
        LogLevel.Information,
        new EventId(12, nameof(Opened)),
        "App '{AppName}': {Scope} is open again, and one call goes first");

    private static readonly Action<ILogger, string, TimeSpan, TimeSpan, Exception?> TimeoutTooShortEvent = LoggerMessage.Define<string, TimeSpan, TimeSpan>(
        LogLevel.Warning,
        new EventId(13, nameof(TimeoutTooShort)),
        "The Timeout of HTTP client '{ClientName}', {Timeout}, isn't longer than its MaxWait, {MaxWait}: calls that wait for the rate limit are cancelled. Set a longer Timeout or a shorter MaxWait");

    public static void Closed(ILogger logger, string appName, string scope, TimeSpan closedFor, int? budget) =>
        ClosedEvent(logger, appName, scope, closedFor, budget, null);

    public static void Opened(ILogger logger, string appName, string scope) => OpenedEvent(logger, appName, scope, null);

    public static void TimeoutTooShort(ILogger logger, string clientName, TimeSpan timeout, TimeSpan maxWait) =>
        TimeoutTooShortEvent(logger, clientName, timeout, maxWait, null);
}
