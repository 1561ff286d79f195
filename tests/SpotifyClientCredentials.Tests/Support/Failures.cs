using System.Net;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Failures for a <see cref="ScriptedTokenSource"/>.</summary>
internal static class Failures
{
    public static TokenRequestException Transient(TimeSpan? retryAfter = null, HttpStatusCode? status = null) =>
        new("the endpoint is down", isTransient: true) { RetryAfter = retryAfter, StatusCode = status };

    public static TokenRequestException Permanent() => new("the credentials are wrong", isTransient: false) { Error = "invalid_client" };
}
