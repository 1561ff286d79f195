using System.Globalization;
using System.Net;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Fetch;

/// <summary>
/// What the token endpoint answered, and what it means: a token (RFC 6749, section 5.1) or a <see cref="TokenRequestException"/>
/// (section 5.2). Pure.
/// </summary>
internal sealed class TokenResponse
{
    public const int MaxBodyBytes = 64 * 1024;

    private const int MaxErrorLength = 64;
    private const int MaxErrorDescriptionLength = 256;

    public required HttpStatusCode Status { get; init; }

    public string? MediaType { get; init; }

    /// <summary>Null where the body is sent as it is.</summary>
    public string? ContentEncoding { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>One byte more than <see cref="MaxBodyBytes"/> stands for a body that goes on.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <param name="options">Whose credentials were sent.</param>
    /// <param name="rejected">The token that is to be replaced, which an error text may echo.</param>
    /// <exception cref="TokenRequestException">The answer is anything but a usable bearer token.</exception>
    public GrantedToken ToToken(OptionsSnapshot options, AccessToken? rejected)
    {
        TokenEndpointBody? body = null;
        bool isJson = ContentEncoding is null && Body.Length <= MaxBodyBytes && TokenEndpointBody.TryRead(Body.Span, out body);

        GrantedToken? token = null;
        string? fault = Status != HttpStatusCode.OK || !isJson ? null
            : body is null ? "the JSON is no object"
            : GrantedToken.FaultIn(body, out token);
        return token ?? throw Failure(body ?? new TokenEndpointBody(), fault, options, rejected);
    }

    private TokenRequestException Failure(TokenEndpointBody body, string? fault, OptionsSnapshot options, AccessToken? rejected)
    {
        SafeText redaction = new(options.ClientSecret, options.BasicValue, rejected?.Value, body.AccessToken.Text);
        bool hasError = !body.Error.IsAbsent;
        string? error = body.Error.Text is { } code ? redaction.Clean(code, MaxErrorLength) : null;
        string? description = body.ErrorDescription.Text is { } text ? redaction.Clean(text, MaxErrorDescriptionLength) : null;

        string what = fault is not null ? $", but {fault}" : hasError ? "" : $" with {Description(redaction)}";
        string saying = (error, description) switch
        {
            (null, null) => "",
            (null, _) => $": {description}",
            (_, null) => $": {error}",
            _ => $": {error} ({description})",
        };
        return new TokenRequestException(
            $"The token endpoint {options.TokenEndpoint} answered {(int)Status}{what}{saying}.{Remedy(error, options.Names)}",
            isTransient: fault is null && !IsPermanent(hasError))
        {
            StatusCode = Status,
            Error = error,
            ErrorDescription = description,
            RetryAfter = RetryAfter,
        };
    }

    private bool IsPermanent(bool hasError) => Status switch
    {
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => false,
        HttpStatusCode.Unauthorized or HttpStatusCode.UnsupportedMediaType => true,
        _ => hasError && (int)Status is >= 400 and < 500,
    };

    private string Remedy(string? error, ConfigurationKeys names) =>
        error == "invalid_client" || Status == HttpStatusCode.Unauthorized
            ? $" Check {names[nameof(SpotifyClientCredentialsOptions.ClientId)]} and {names[nameof(SpotifyClientCredentialsOptions.ClientSecret)]}: "
                + "both must be those of one app on https://developer.spotify.com/dashboard, and the secret its current one."
            : "";

    // Described, never quoted: a gateway's page can hold anything.
    private string Description(SafeText redaction)
    {
        if (ContentEncoding is not null)
        {
            return $"content encoding {redaction.Clean(ContentEncoding, MaxErrorLength)}, which was not asked for";
        }

        string length = Body.Length > MaxBodyBytes ? "more than 65536" : Body.Length.ToString(CultureInfo.InvariantCulture);
        return Body.IsEmpty ? "an empty body" : $"{length} bytes of {redaction.Clean(MediaType ?? "unnamed media type", MaxErrorLength)}, which are no OAuth answer";
    }
}
