using System.Net;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Observe;

/// <summary>Everything that the library logs. Event ids are part of its contract; none of the texts is given a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Acquired an access token for app '{AppName}' from the {Origin}, which expires on {ExpiresOn:u}")]
    public static partial void TokenAcquired(ILogger logger, string appName, string origin, DateTimeOffset expiresOn);

    [LoggerMessage(2, LogLevel.Debug, "Renewed the access token of app '{AppName}' ahead of its end; the new one came from the {Origin} and expires on {ExpiresOn:u}")]
    public static partial void TokenRenewedAhead(ILogger logger, string appName, string origin, DateTimeOffset expiresOn);

    [LoggerMessage(3, LogLevel.Warning, "Attempt {Attempt} to request an access token for app '{AppName}' failed: {Reason}")]
    public static partial void AttemptFailed(ILogger logger, string appName, int attempt, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The access token of app '{AppName}' could not be renewed and stays in use; it expires on {ExpiresOn:u}, the next try is due in {Backoff}: {Reason}")]
    public static partial void RenewalFailed(ILogger logger, string appName, DateTimeOffset expiresOn, TimeSpan backoff, string reason);

    [LoggerMessage(5, LogLevel.Error, "The token endpoint rejected the credentials of app '{AppName}': {Reason}")]
    public static partial void CredentialsRejected(ILogger logger, string appName, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Sharing the access token of app '{AppName}' is in trouble, and this instance goes on alone: {Reason}")]
    public static partial void StoreTrouble(ILogger logger, string appName, string reason);

    [LoggerMessage(7, LogLevel.Warning, "The Web API answered 401 to the access token of app '{AppName}', which is now replaced")]
    public static partial void TokenRejected(ILogger logger, string appName);

    [LoggerMessage(8, LogLevel.Error, "Changed settings of app '{AppName}' are invalid; the last valid ones stay in use: {Reason}")]
    public static partial void InvalidReload(ILogger logger, string appName, string reason);

    public static void Settled(ILogger logger, Acquisition acquisition, AcquisitionResult result, CachedToken? cached, Backoff? backoff)
    {
        string appName = acquisition.Options.Names.ShownName;
        if (result.Acquired is { Token: var token })
        {
            string origin = token.Origin == TokenOrigin.Store ? "shared store" : "token endpoint";
            if (acquisition.Request.IsAhead)
            {
                TokenRenewedAhead(logger, appName, origin, token.ExpiresOn);
            }
            else
            {
                TokenAcquired(logger, appName, origin, token.ExpiresOn);
            }

            return;
        }

        TokenRequestException failure = result.Failure!;
        if (failure is { Error: "invalid_client" } or { StatusCode: HttpStatusCode.Unauthorized })
        {
            CredentialsRejected(logger, appName, failure.Message);
        }

        if (acquisition.Request.IsAhead && cached is not null)
        {
            RenewalFailed(logger, appName, cached.Token.ExpiresOn, backoff!.Length, failure.Message);
        }
    }
}
