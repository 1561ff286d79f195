using System.Globalization;
using System.Net;

namespace SpotifyClientCredentials;

/// <summary>
/// The exception that is thrown when no access token is available: the token endpoint can't be reached or returned no usable token, the settings
/// couldn't be read, or the Web API has just rejected too many tokens for another to be requested now.
/// </summary>
/// <remarks>
/// <para>Not an <see cref="HttpRequestException"/>, so that resilience handlers neither retry it nor count it as a failure of the Web API: the
/// library retries by itself.</para>
/// <para>Each caller gets its own instance. The failure of a token request, which several callers share, is the inner exception.</para>
/// <para>Neither the message nor the properties contain the client secret, the Basic value, a token or the password in a proxy's address, even
/// if a server or .NET repeats them. An exception that does isn't kept as inner exception.</para>
/// <para>Thread-safe for reading.</para>
/// </remarks>
public sealed class TokenRequestException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="TokenRequestException"/> class, for example to test a catch clause.</summary>
    /// <param name="message">What failed and what to do about it.</param>
    /// <param name="isTransient">Whether a later attempt can succeed without a change.</param>
    /// <param name="innerException">The cause, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="message"/> is <see langword="null"/>.</exception>
    public TokenRequestException(string message, bool isTransient, Exception? innerException = null)
        : base(message ?? throw new ArgumentNullException(nameof(message)), innerException) =>
        IsTransient = isTransient;

    /// <summary>The status code of the token endpoint's response.</summary>
    /// <value><see langword="null"/> if there was no response.</value>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>
    /// The error code from the token endpoint, such as <c>invalid_client</c> (RFC 6749, section 5.2), at most 64 characters.
    /// </summary>
    /// <value><see langword="null"/> if the response had none, or one that isn't a string, or there was no response.</value>
    public string? Error { get; init; }

    /// <summary>
    /// The description that came with <see cref="Error"/> (RFC 6749, section 5.2) or, if the error is an object as the Web API sends it, its
    /// <c>message</c>; at most 256 characters. Show it to people; don't branch on it, because Spotify changes these texts.
    /// </summary>
    /// <value><see langword="null"/> if the response had none or there was no response.</value>
    public string? ErrorDescription { get; init; }

    /// <summary>The time until the next token request may be sent. It includes what the server asked for (RFC 9110, section 10.2.3).</summary>
    /// <value><see langword="null"/> if one may be sent now, or is in flight.</value>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// <see langword="true"/> if a later attempt can succeed without a change: no connection, a time limit, 408, 429, 5xx or a gateway's
    /// page. <see langword="false"/> if someone has to act: wrong credentials, a redirect, an address without a token endpoint, or a response
    /// without a bearer token.
    /// </summary>
    public bool IsTransient { get; }

    /// <summary>The same failure for one caller, as an instance of its own.</summary>
    /// <param name="hasWaited">Whether the caller waited for the request that failed; otherwise it comes in the backoff after it.</param>
    /// <param name="backoffLeft">The time until the next request may be sent.</param>
    internal TokenRequestException ForCaller(bool hasWaited, TimeSpan backoffLeft) => new(
        hasWaited ? Message : string.Create(
            CultureInfo.InvariantCulture,
            $"No token request is sent for another {backoffLeft.TotalSeconds:0.0} s because the last one failed: {Message}"),
        IsTransient,
        this)
    {
        StatusCode = StatusCode,
        Error = Error,
        ErrorDescription = ErrorDescription,
        RetryAfter = backoffLeft > TimeSpan.Zero ? backoffLeft : null,
    };
}
