using System.Globalization;
using System.Net;

namespace SpotifyClientCredentials;

/// <summary>No access token could be had: the token endpoint refused, was unreachable, or sent what is no token.</summary>
/// <remarks>
/// <para>An <see cref="HttpRequestException"/>, so that a typed client's existing catch clauses and resilience handlers treat an unreachable
/// accounts service like an unreachable API. The inherited <see cref="HttpRequestException.StatusCode"/> stays <see langword="null"/>, since
/// a 404 of the token endpoint is not "no such track"; see <see cref="StatusCode"/> of this class.</para>
/// <para>Every caller gets an instance of its own; the failure that several callers share is the inner exception.</para>
/// <para>Neither message nor properties contain the client secret, the Basic value or a token, even where the server echoes them.</para>
/// <para>Immutable, but for what <see cref="Exception"/> itself lets callers change, and so safe for any number of threads that only read it.</para>
/// </remarks>
public sealed class TokenRequestException : HttpRequestException
{
    internal TokenRequestException(string message, bool isTransient, Exception? innerException = null)
        : base(ErrorOf(innerException), message, innerException) =>
        IsTransient = isTransient;

    /// <summary>The status code of the token endpoint's answer, or <see langword="null"/> where there was none.</summary>
    public new HttpStatusCode? StatusCode { get; internal init; }

    /// <summary>
    /// The error code that the token endpoint sent, such as <c>invalid_client</c> (RFC 6749, section 5.2), at most 64 characters, or
    /// <see langword="null"/>.
    /// </summary>
    public string? Error { get; internal init; }

    /// <summary>
    /// The explanation that the token endpoint sent with <see cref="Error"/> (RFC 6749, section 5.2), at most 256 characters, or
    /// <see langword="null"/>. For people, not for decisions: Spotify changes these texts.
    /// </summary>
    public string? ErrorDescription { get; internal init; }

    /// <summary>
    /// How long to wait before the next try: what the server asked for (RFC 9110, section 10.2.3), or, where no request was sent because an
    /// earlier one failed, the time until the next will be sent. <see langword="null"/> where nothing is known.
    /// </summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>
    /// <see langword="true"/> where a later try may succeed with nothing changed: no connection, a time limit, 408, 429, 5xx, a gateway's
    /// page. <see langword="false"/> where somebody has to act: wrong credentials, or an answer that is no bearer token.
    /// </summary>
    public bool IsTransient { get; }

    internal TokenRequestException ForWaiter() => Repeat(Message, RetryAfter);

    internal TokenRequestException ForBackoff(TimeSpan left) => Repeat(
        string.Create(CultureInfo.InvariantCulture, $"No token request is sent for another {left.TotalSeconds:0.0} s, since the last one failed: {Message}"),
        left);

    // A connection that breaks while the body is read is no HttpRequestException.
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
