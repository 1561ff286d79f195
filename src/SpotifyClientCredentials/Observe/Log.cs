using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Observe;

/// <summary>Everything that the library logs. Event ids are part of its contract. No text contains a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Acquired an access token for app '{AppName}' from the {Origin}; it expires on {ExpiresOn:u}")]
    public static partial void TokenAcquired(ILogger logger, string appName, string origin, DateTimeOffset expiresOn);

    [LoggerMessage(2, LogLevel.Debug, "Renewed the access token of app '{AppName}' ahead of its expiry; the new one comes from the {Origin} and expires on {ExpiresOn:u}")]
    public static partial void TokenRenewedAhead(ILogger logger, string appName, string origin, DateTimeOffset expiresOn);

    [LoggerMessage(3, LogLevel.Warning, "An attempt to get an access token for app '{AppName}' failed, and the next one is due in {Backoff}: {Reason}")]
    public static partial void AttemptFailed(ILogger logger, string appName, TimeSpan backoff, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The access token of app '{AppName}' couldn't be renewed and stays in use; it expires on {ExpiresOn:u}, and the next attempt is due in {Backoff}: {Reason}")]
    public static partial void RenewalFailed(ILogger logger, string appName, DateTimeOffset expiresOn, TimeSpan backoff, string reason);

    [LoggerMessage(5, LogLevel.Error, "The token endpoint rejected the credentials of app '{AppName}': {Reason}")]
    public static partial void CredentialsRejected(ILogger logger, string appName, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Sharing the access token of app '{AppName}' failed, and this instance continues without it: {Reason}")]
    public static partial void StoreTrouble(ILogger logger, string appName, string reason);

    [LoggerMessage(7, LogLevel.Warning, "The Web API rejected the access token of app '{AppName}' with 401; it stays in use until there is another")]
    public static partial void TokenRejected(ILogger logger, string appName);

    [LoggerMessage(8, LogLevel.Error, "The changed settings of app '{AppName}' are invalid; the last valid ones stay in use: {Reason}")]
    public static partial void InvalidReload(ILogger logger, string appName, string reason);

    [LoggerMessage(EventId = 9, Message = "No access token is available for app '{AppName}': {Reason}")]
    public static partial void NoToken(ILogger logger, LogLevel level, string appName, string reason);

    [LoggerMessage(10, LogLevel.Debug, "A request gets no access token of app '{AppName}', because it has {Reason}")]
    public static partial void RequestLeftAlone(ILogger logger, string appName, string reason);
}
