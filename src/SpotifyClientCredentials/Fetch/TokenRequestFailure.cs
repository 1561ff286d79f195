using System.Globalization;
using System.Net;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Fetch;

/// <summary>The failures of a token request that leave no response to read. Transient unless stated otherwise.</summary>
internal static class TokenRequestFailure
{
    /// <param name="options">The settings of the app.</param>
    /// <param name="limit">The limit that was exceeded, or null if it was the HttpClient's own.</param>
    /// <param name="cause">The exception from .NET.</param>
    public static TokenRequestException NoResponse(OptionsSnapshot options, TimeSpan? limit, Exception cause) => Create(
        $"The token endpoint {options.TokenEndpoint} sent no response within {(limit is { } time ? Seconds(time) : "the time limit of its HttpClient")}.",
        Secrets(options),
        cause);

    /// <param name="options">The settings of the app whose credentials were sent.</param>
    /// <param name="known">A token that the server knows and may repeat, or null.</param>
    /// <param name="cause">The exception from .NET or from a handler.</param>
    public static TokenRequestException Failed(OptionsSnapshot options, AccessToken? known, Exception cause)
    {
        SafeText safe = Secrets(options, known);
        // .NET quotes malformed HTTP, as text or as bytes. It may be a new token, which SafeText can't recognise.
        Exception shown = IsMalformed(cause) ? new HttpRequestException(HttpRequestError.InvalidResponse, "The response is not valid HTTP.") : cause;
        return Create($"The token request to {options.TokenEndpoint} failed: {safe.Reason(shown)}", safe, shown);
    }

    /// <remarks>Not transient: the handlers that are configured for the client can't work.</remarks>
    public static TokenRequestException NoClient(OptionsSnapshot options, Exception cause) =>
        Create($"The HttpClient for the token request can't be created: {Secrets(options).Reason(cause)}", Secrets(options), cause, isTransient: false);

    /// <remarks>Not transient: the same handlers would do the same again.</remarks>
    public static TokenRequestException OfAnotherRequest(OptionsSnapshot options, HttpStatusCode status) => new(
        $"The response to the token request isn't that of a POST to {options.TokenEndpoint}, and only the token endpoint may return a token. The HttpClient "
        + $"followed a redirect, or one of its handlers changed the request. Set AllowAutoRedirect of its primary handler to false and {options.TokenEndpointKey} "
        + "to the address that it redirects to, or remove the handler that changes the request.",
        isTransient: false)
    {
        StatusCode = status,
    };

    public static TokenRequestException TimedOut(OptionsSnapshot options, Exception? cause = null) => Create(
        $"No access token came from {options.TokenEndpoint} within {Seconds(options.TokenRequestTimeout)} ({nameof(options.TokenRequestTimeout)}).",
        Secrets(options),
        cause);

    /// <param name="options">The settings of the app.</param>
    /// <param name="wait">The time until the next one may be requested.</param>
    public static TokenRequestException NotReplaced(OptionsSnapshot options, TimeSpan wait) => new(
        $"The Web API rejected the access token of app '{options.DisplayName}', and as it rejected others shortly before, no other is requested for {Seconds(wait)}.",
        isTransient: true)
    {
        RetryAfter = wait > TimeSpan.Zero ? wait : null,
    };

    public static TokenRequestException ExpiredOnArrival(OptionsSnapshot options) =>
        Create($"The access token from {options.TokenEndpoint} had expired before it arrived.", Secrets(options), cause: null);

    // Some handlers quote in an exception what a server sent, and .NET quotes the address of a proxy.
    private static TokenRequestException Create(string message, SafeText safe, Exception? cause, bool isTransient = true) =>
        new(message, isTransient, cause is not null && safe.Redacts(cause) ? null : cause);

    private static bool IsMalformed(Exception? cause) => cause switch
    {
        null => false,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => true,
        _ => IsMalformed(cause.InnerException),
    };

    private static SafeText Secrets(OptionsSnapshot options, AccessToken? known = null) =>
        new(options.ClientSecret, options.BasicValue, known?.Value);

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
