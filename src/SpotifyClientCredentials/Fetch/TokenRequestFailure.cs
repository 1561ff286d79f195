using System.Globalization;
using System.Net;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Fetch;

/// <summary>The failures of a token request that left no answer to read; transient where nothing else is said.</summary>
internal static class TokenRequestFailure
{
    public static TokenRequestException NoResponse(OptionsSnapshot options, TimeSpan? limit, Exception cause) =>
        Of(limit is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"The token endpoint {options.TokenEndpoint} did not answer within {time.TotalSeconds:0.###} s.")
            : $"The token endpoint {options.TokenEndpoint} did not answer within the time limit of its HttpClient.", Redaction(options), cause);

    /// <param name="options">Whose credentials were sent.</param>
    /// <param name="rejected">The token that is to be replaced, which the server knows too.</param>
    /// <param name="cause">What .NET says.</param>
    public static TokenRequestException NotSent(OptionsSnapshot options, AccessToken? rejected, Exception cause)
    {
        SafeText redaction = new(options.ClientSecret, options.BasicValue, rejected?.Value);
        Exception shown = MisframedResponse.IsCauseOf(cause) ? MisframedResponse.ToException() : cause;
        return Of($"The token request to {options.TokenEndpoint} failed: {redaction.Clean(shown.Message, 256)}", redaction, shown);
    }

    /// <remarks>Not transient: the handlers that are configured for the client cannot work.</remarks>
    public static TokenRequestException NoClient(OptionsSnapshot options, Exception cause) =>
        new($"The HttpClient for the token request cannot be made: {Redaction(options).Clean(cause.Message, 256)}", isTransient: false, cause);

    public static TokenRequestException Redirected(OptionsSnapshot options, HttpStatusCode status) =>
        new($"The token request to {options.TokenEndpoint} was redirected, and a token is accepted from the token endpoint only. "
            + "Set AllowAutoRedirect of the HttpClient's handler to false, and the token endpoint to its true address.", isTransient: true)
        {
            StatusCode = status,
        };

    public static TokenRequestException OutOfTime(OptionsSnapshot options, Exception? cause = null) =>
        Of(string.Create(
            CultureInfo.InvariantCulture,
            $"No access token came from {options.TokenEndpoint} within {options.TokenRequestTimeout.TotalSeconds:0.###} s ({nameof(options.TokenRequestTimeout)})."), Redaction(options), cause);

    public static TokenRequestException BornExpired(OptionsSnapshot options) =>
        Of($"The access token from {options.TokenEndpoint} had already expired when it arrived.", Redaction(options), cause: null);

    // Others than .NET may quote in an exception what a server echoed.
    private static TokenRequestException Of(string message, SafeText redaction, Exception? cause) =>
        new(message, isTransient: true, cause is not null && redaction.IsEchoedIn(cause) ? null : cause);

    private static SafeText Redaction(OptionsSnapshot options) => new(options.ClientSecret, options.BasicValue);
}
