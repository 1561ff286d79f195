using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Unicode;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Fetch;

/// <summary>
/// What the token endpoint sent, and what it means: a token (RFC 6749, section 5.1) or a <see cref="TokenRequestException"/> (section 5.2).
/// Pure.
/// </summary>
internal sealed class TokenResponse
{
    public const int MaxBodyBytes = 64 * 1024;

    private const int MaxErrorLength = 64;
    private const int MaxErrorDescriptionLength = 256;
    private const double MaxLifetimeInSeconds = 24 * 60 * 60;

    // What Spotify documents.
    private const double DefaultLifetimeInSeconds = 60 * 60;

    public required HttpStatusCode Status { get; init; }

    public string? MediaType { get; init; }

    /// <summary>Null if the body isn't encoded.</summary>
    public string? ContentEncoding { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A length of <see cref="MaxBodyBytes"/> + 1 means that there is more.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <param name="options">The settings of the app whose credentials were sent.</param>
    /// <param name="known">A token that the server knows and that an error text may contain, or null.</param>
    /// <exception cref="TokenRequestException">The response contains no usable bearer token.</exception>
    public (string AccessToken, TimeSpan Lifetime) ReadToken(OptionsSnapshot options, AccessToken? known)
    {
        using JsonDocument? json = ContentEncoding is null && Body.Length <= MaxBodyBytes ? TryParse(Body) : null;
        if (Status != HttpStatusCode.OK || json is null)
        {
            throw Failure(json, fault: null, options, known);
        }

        return FindFault(json) is { } fault
            ? throw Failure(json, fault, options, known)
            : (Text(json, "access_token")!, Lifetime(json));
    }

    /// <remarks>b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=", RFC 6750, section 2.1.</remarks>
    public static bool IsBearerToken(string value)
    {
        ReadOnlySpan<char> characters = value.AsSpan().TrimEnd('=');
        foreach (char c in characters)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or '~' or '+' or '/'))
            {
                return false;
            }
        }

        return !characters.IsEmpty;
    }

    public static bool IsLifetime(TimeSpan lifetime) => lifetime > TimeSpan.Zero && lifetime.TotalSeconds <= MaxLifetimeInSeconds;

    private static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        body = body.Span.StartsWith(byteOrderMark) ? body[3..] : body;
        // JsonDocument validates the bytes of a string, and the escapes of a name, only when they are read.
        if (!Utf8.IsValid(body.Span))
        {
            return null;
        }

        JsonDocument? json = null;
        try
        {
            json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind != JsonValueKind.Object || json.RootElement.EnumerateObject().All(field => field.Name is not null) ? json : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            json?.Dispose();
            return null;
        }
    }

    private static string? FindFault(JsonDocument json)
    {
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            return "the JSON is not an object";
        }

        string? accessToken = Text(json, "access_token");
        string? tokenType = Text(json, "token_type");
        return Field(json, "access_token") is null ? "access_token is missing"
            : string.IsNullOrEmpty(accessToken) ? "access_token is empty or not a string"
            : !IsBearerToken(accessToken) ? "access_token contains a character that a bearer token can't have (RFC 6750, section 2.1)"
            : Field(json, "token_type") is null ? "token_type is missing"
            : !"bearer".Equals(tokenType, StringComparison.OrdinalIgnoreCase) ? "token_type is not bearer"
            : Lifetime(json) <= TimeSpan.Zero ? "expires_in is not a positive number of seconds"
            : null;
    }

    /// <returns>Null if the field is absent or null, which means the same. Of several fields of one name, the last one counts.</returns>
    private static JsonElement? Field(JsonDocument? json, string name) =>
        json?.RootElement is { ValueKind: JsonValueKind.Object } fields && fields.TryGetProperty(name, out JsonElement field) && field.ValueKind != JsonValueKind.Null
            ? field
            : null;

    private static string? Text(JsonDocument? json, string name)
    {
        try
        {
            return Field(json, name) is { ValueKind: JsonValueKind.String } field ? field.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    /// <returns>At most a day; zero if the field isn't a positive number, as a number or as a string of digits.</returns>
    private static TimeSpan Lifetime(JsonDocument json)
    {
        double seconds = Field(json, "expires_in") switch
        {
            null => DefaultLifetimeInSeconds,
            // Parsed from the text, because JsonElement refuses a number that is infinite as a double.
            { ValueKind: JsonValueKind.Number } number => double.Parse(number.GetRawText(), CultureInfo.InvariantCulture),
            _ when Text(json, "expires_in") is { Length: > 0 } text && text.All(char.IsAsciiDigit) => double.Parse(text, CultureInfo.InvariantCulture),
            _ => 0,
        };
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, MaxLifetimeInSeconds));
    }

    private TokenRequestException Failure(JsonDocument? json, string? fault, OptionsSnapshot options, AccessToken? known)
    {
        SafeText safe = new(options.ClientSecret, options.BasicValue, known?.Value, Text(json, "access_token"));
        bool hasError = Field(json, "error") is not null;
        string? error = Text(json, "error") is { } code ? safe.Clean(code, MaxErrorLength) : null;
        string? description = Text(json, "error_description") is { } text ? safe.Clean(text, MaxErrorDescriptionLength) : null;

        string problem = fault is not null ? $", but {fault}" : hasError ? "" : $" with {Description(safe)}";
        string details = (error, description) switch
        {
            (null, null) => "",
            (null, _) => $": {description}",
            (_, null) => $": {error}",
            _ => $": {error} ({description})",
        };
        return new TokenRequestException(
            $"The token endpoint {options.TokenEndpoint} returned {(int)Status}{problem}{details}.{Remedy(error, options)}",
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

    private string Remedy(string? error, OptionsSnapshot options) =>
        error == "invalid_client" || Status == HttpStatusCode.Unauthorized
            ? $" Check {options.CredentialKeys}: both must belong to the same app on https://developer.spotify.com/dashboard, "
                + "and the secret must be its current one."
            : "";

    // Described, never quoted: a gateway's page can contain anything.
    private string Description(SafeText safe)
    {
        if (ContentEncoding is not null)
        {
            return $"content encoding {safe.Clean(ContentEncoding, MaxErrorLength)}, which the request doesn't accept";
        }

        string length = Body.Length > MaxBodyBytes ? "more than 65536" : Body.Length.ToString(CultureInfo.InvariantCulture);
        return Body.IsEmpty ? "an empty body" : $"{length} bytes of {safe.Clean(MediaType ?? "unnamed media type", MaxErrorLength)}, which are not an OAuth response";
    }
}
