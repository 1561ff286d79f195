
namespace SpotifyClientCredentials.Fetch;

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
        if (body.AccessToken.IsAbsent)
        {
            return "access_token is missing";
        }

        if (body.AccessToken.Text is not { Length: > 0 } accessToken)
        {
            return "access_token is empty or no text";
        }

        if (!IsBearerToken(accessToken))
        {
            return "access_token contains a character that no bearer token has (RFC 6750, section 2.1)";
        }

        if (!string.Equals(body.TokenType.Text, "bearer", StringComparison.OrdinalIgnoreCase))
        {
            return body.TokenType.IsAbsent ? "token_type is missing" : "token_type is not bearer";
        }

        if (LifeOf(body.ExpiresIn) is not { Ticks: > 0 } life)
        {
            return "expires_in is not a positive number of seconds";
        }

        token = new GrantedToken { AccessToken = accessToken, Life = life };
        return null;
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

    public static bool IsLife(TimeSpan life) => life > TimeSpan.Zero && life.TotalSeconds <= LongestLifeInSeconds;

    private static TimeSpan? LifeOf(JsonField expiresIn) =>
        expiresIn.IsAbsent ? DocumentedLife
        : expiresIn.Number is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, -1, LongestLifeInSeconds))
        : null;
}
