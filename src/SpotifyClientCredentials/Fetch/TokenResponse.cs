using System.Buffers;
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
    private const double MaxLifetimeInSeconds = 24 * 60 * 60;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

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
        JsonElement? root = json?.RootElement;
        string? fault = Status == HttpStatusCode.OK && root is { } body ? FindFault(body) : null;
        return Status == HttpStatusCode.OK && root is not null && fault is null
            ? (Text(root, "access_token")!, Lifetime(root))
            : throw Failure(root, fault, options, known);
    }

    /// <remarks>b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=", RFC 6750, section 2.1.</remarks>
    public static bool IsBearerToken(string value)
    {
        ReadOnlySpan<char> characters = value.AsSpan().TrimEnd('=');
        return !characters.IsEmpty && !characters.ContainsAnyExcept(TokenCharacters);
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

    private static string? FindFault(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
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
    private static JsonElement? Field(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } fields && fields.TryGetProperty(name, out JsonElement field) && field.ValueKind != JsonValueKind.Null
            ? field
            : null;

    private static string? Text(JsonElement? parent, string name)
    {
        try
        {
            return Field(parent, name) is { ValueKind: JsonValueKind.String } field ? field.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    /// <returns>At most a day; zero if the field isn't a positive number, as a number or as a string of digits.</returns>
    private static TimeSpan Lifetime(JsonElement? json)
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

    private TokenRequestException Failure(JsonElement? json, string? fault, OptionsSnapshot options, AccessToken? known)
    {
        SafeText safe = new(options.ClientSecret, options.BasicValue, known?.Value, Text(json, "access_token"));
        JsonElement? errorField = Field(json, "error");
        bool hasError = errorField is not null;
        string? error = Text(json, "error") is { } code ? safe.Clean(code, MaxErrorLength) : null;
        // The Web API, and Google's front end, send an object with a message instead of a code.
        string? description = (Text(json, "error_description") ?? Text(errorField, "message")) is { } text ? safe.Clean(text) : null;

        string problem = fault is not null ? $", but {fault}" : hasError ? "" : $" with {Description(safe)}";
        string? details = error is not null && description is not null ? $"{error} ({description})" : error ?? description;
        return new TokenRequestException(
            $"The token endpoint {options.TokenEndpoint} returned {(int)Status}{problem}{(details is null ? "" : $": {details}")}.{Remedy(error, options)}",
            isTransient: !IsPermanent(isObject: json?.ValueKind == JsonValueKind.Object, hasError))
        {
            StatusCode = Status,
            Error = error,
            ErrorDescription = description,
            RetryAfter = RetryAfter,
        };
    }

    // What isn't a JSON object doesn't come from a token endpoint, which sends nothing else (RFC 6749, section 5): a proxy's page may be gone soon.
    private bool IsPermanent(bool isObject, bool hasError) => (int)Status switch
    {
        200 => isObject,
        408 or 429 => false,
        401 or 404 or 405 or 415 or (>= 300 and < 400) => true,
        >= 400 and < 500 => hasError,
        _ => false,
    };

    private string Remedy(string? error, OptionsSnapshot options) =>
        error == "invalid_client" || Status == HttpStatusCode.Unauthorized
            ? $" Check {options.CredentialKeys}: both must belong to the same app on https://developer.spotify.com/dashboard, "
                + "and the secret must be its current one."
        : (int)Status is 404 or 405 or (>= 300 and < 400)
            ? $" Check {options.TokenEndpointKey}: there is no token endpoint at this address."
            : "";

    // Described, never quoted: a gateway's page can contain anything.
    private string Description(SafeText safe)
    {
        if (ContentEncoding is not null)
        {
            return $"content encoding {safe.Clean(ContentEncoding)}, which the request doesn't accept";
        }

        string length = Body.Length > MaxBodyBytes ? "more than 65536" : Body.Length.ToString(CultureInfo.InvariantCulture);
        return Body.IsEmpty ? "an empty body" : $"{length} bytes of {safe.Clean(MediaType ?? "unnamed media type")}, which are not an OAuth response";
    }
}
