using System.Globalization;
using System.Net;

namespace SpotifyClientCredentials.Internal;

/// <summary>The failures of a token request that left no answer to read. All of them are transient.</summary>
internal static class TokenRequestFailure
{
    public static TokenRequestException NoAnswer(ValidOptions options, TimeSpan? limit, Exception cause) =>
        Of(limit is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"The token endpoint {options.TokenEndpoint} did not answer within {time.TotalSeconds:0.###} s.")
            : $"The token endpoint {options.TokenEndpoint} did not answer within the time limit of its HttpClient.", options, cause);

    public static TokenRequestException NotSent(ValidOptions options, Exception cause) =>
        Of($"The token request to {options.TokenEndpoint} failed: {Redaction(options).Clean(cause.Message, 256)}", options, cause);

    public static TokenRequestException Redirected(ValidOptions options, HttpStatusCode status) =>
        new($"The token request to {options.TokenEndpoint} was redirected, and a token is accepted from the token endpoint only. "
            + "Set AllowAutoRedirect of the HttpClient's handler to false, and the token endpoint to its true address.", isTransient: true)
        {
            TokenEndpointStatusCode = status,
        };

    public static TokenRequestException OutOfTime(ValidOptions options, Exception? cause = null) =>
        Of(string.Create(
            CultureInfo.InvariantCulture,
            $"No access token came from {options.TokenEndpoint} within {options.TokenRequestTimeout.TotalSeconds:0.###} s ({nameof(options.TokenRequestTimeout)})."), options, cause);

    public static TokenRequestException BornExpired(ValidOptions options) =>
        Of($"The access token from {options.TokenEndpoint} had already expired when it arrived.", options, cause: null);

    // .NET's exceptions quote a malformed status line or header, in which the server may have echoed what it was sent.
    private static TokenRequestException Of(string message, ValidOptions options, Exception? cause) =>
        new(message, isTransient: true, cause is null || Redaction(options).IsEchoedIn(cause.ToString()) ? null : cause);

    private static SecretRedaction Redaction(ValidOptions options) => new(options.ClientSecret, options.BasicValue);
}
