using System.Globalization;
using System.Net;

namespace SpotifyClientCredentials;

/// <summary>The exception that is thrown when no access token is available, because the token endpoint can't be reached or returned no usable token.</summary>
/// <remarks>
/// <para>Derives from <see cref="HttpRequestException"/>, so existing catch clauses and resilience handlers treat an unreachable token
/// endpoint like an unreachable API. The inherited <see cref="HttpRequestException.StatusCode"/> stays <see langword="null"/>, because a
/// 404 from the token endpoint doesn't mean that a track doesn't exist.</para>
/// <para>Each caller gets its own instance. The failure that several callers share is the inner exception.</para>
/// <para>Neither the message nor the properties contain the client secret, the Basic value or a token, even if the server repeats them.</para>
/// <para>Thread-safe for reading.</para>
/// </remarks>
public sealed class TokenRequestException : HttpRequestException
{
    /// <summary>Initializes a new instance of the <see cref="TokenRequestException"/> class, for example to test a catch clause.</summary>
    /// <param name="message">What failed and what to do about it.</param>
    /// <param name="isTransient">Whether a later attempt can succeed without a change.</param>
    /// <param name="innerException">The cause, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="message"/> is <see langword="null"/>.</exception>
    public TokenRequestException(string message, bool isTransient, Exception? innerException = null)
        : base(ErrorOf(innerException), message ?? throw new ArgumentNullException(nameof(message)), innerException) =>
        IsTransient = isTransient;

    /// <summary>The status code of the token endpoint's response.</summary>
    /// <value><see langword="null"/> if there was no response.</value>
    public new HttpStatusCode? StatusCode { get; init; }

    /// <summary>
    /// The error code from the token endpoint, such as <c>invalid_client</c> (RFC 6749, section 5.2), at most 64 characters.
    /// </summary>
    /// <value><see langword="null"/> if the response had none or there was no response.</value>
    public string? Error { get; init; }

    /// <summary>
    /// The description that came with <see cref="Error"/> (RFC 6749, section 5.2), at most 256 characters. Show it to people; don't branch
    /// on it, because Spotify changes these texts.
    /// </summary>
    /// <value><see langword="null"/> if the response had none or there was no response.</value>
    public string? ErrorDescription { get; init; }

    /// <summary>
    /// How long to wait before the next attempt: what the server asked for (RFC 9110, section 10.2.3) or, if no request was sent because an
    /// earlier one failed, the time until the next one may be sent.
    /// </summary>
    /// <value><see langword="null"/> if neither is known.</value>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// <see langword="true"/> if a later attempt can succeed without a change: no connection, a time limit, 408, 429, 5xx or a gateway's
    /// page. <see langword="false"/> if someone has to act: wrong credentials, or a response without a bearer token.
    /// </summary>
    public bool IsTransient { get; }

    internal TokenRequestException ForWaiter() => Repeat(Message, RetryAfter);

    internal TokenRequestException ForBackoff(TimeSpan left) => Repeat(
        string.Create(CultureInfo.InvariantCulture, $"No token request is sent for another {left.TotalSeconds:0.0} s because the last one failed: {Message}"),
        left);

    // A connection that breaks while the body is read isn't reported as an HttpRequestException.
    private static HttpRequestError ErrorOf(Exception? cause) => cause switch
    {
        HttpRequestException e => e.HttpRequestError,
        HttpIOException e => e.HttpRequestError,
        _ => HttpRequestError.Unknown,
    };

    private TokenRequestException Repeat(string message, TimeSpan? retryAfter) => new(message, IsTransient, this)
    {
        StatusCode = StatusCode,
        Error = Error,
        ErrorDescription = ErrorDescription,
        RetryAfter = retryAfter,
    };
}
