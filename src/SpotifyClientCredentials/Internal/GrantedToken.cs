using System.Globalization;
using System.Text.Json;

namespace SpotifyClientCredentials.Internal;

/// <summary>The token in a successful answer (RFC 6749, section 5.1) and how long it lives, counted from the moment before the request.</summary>
internal sealed class GrantedToken
{
    private const double LongestLifeInSeconds = 24 * 60 * 60;

    // Absent, expires_in is what Spotify documents.
    private static readonly TimeSpan DocumentedLife = TimeSpan.FromHours(1);

    public required string AccessToken { get; init; }

    public required TimeSpan Life { get; init; }

    /// <returns>What is wrong, naming the field; null where nothing is and <paramref name="token"/> can be used.</returns>
    public static string? FaultIn(TokenEndpointBody body, out GrantedToken? token)
    {
        token = null;
        if (IsAbsent(body.AccessToken))
        {
            return "access_token is missing";
        }

        if (JsonText.Of(body.AccessToken) is not { Length: > 0 } accessToken)
        {
            return "access_token is empty or no text";
        }

        if (!IsBearerToken(accessToken))
        {
            return "access_token contains a character that no bearer token has (RFC 6750, section 2.1)";
        }

        if (!string.Equals(JsonText.Of(body.TokenType), "bearer", StringComparison.OrdinalIgnoreCase))
        {
            return IsAbsent(body.TokenType) ? "token_type is missing" : "token_type is not bearer";
        }

        if (LifeOf(body.ExpiresIn) is not { Ticks: > 0 } life)
        {
            return "expires_in is not a positive number of seconds";
        }

        token = new GrantedToken { AccessToken = accessToken, Life = life };
        return null;
    }

    private static TimeSpan? LifeOf(JsonElement expiresIn)
    {
        if (IsAbsent(expiresIn))
        {
            return DocumentedLife;
        }

        string? number = expiresIn.ValueKind == JsonValueKind.Number ? expiresIn.GetRawText()
            : JsonText.Of(expiresIn) is { Length: > 0 } digits && digits.All(char.IsAsciiDigit) ? digits
            : null;
        // Parsed as a double, since that reads 1e999 and a thousand digits as infinity where others overflow.
        return number is null ? null
            : TimeSpan.FromSeconds(Math.Clamp(double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture), -1, LongestLifeInSeconds));
    }

    private static bool IsAbsent(JsonElement field) => field.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    // b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
    private static bool IsBearerToken(string value)
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
}
