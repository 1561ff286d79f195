using System.Globalization;

namespace SpotifyClientCredentials.Fetch;

/// <summary>The Retry-After header, RFC 9110, section 10.2.3: seconds or an HTTP date.</summary>
internal static class RetryAfterHeader
{
    // The format that is sent today, and the two that a recipient must still accept (RFC 9110, section 5.6.7).
    private static readonly string[] DateFormats = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    /// <returns>Null where the header is absent or is neither; zero for a date that has passed.</returns>
    public static TimeSpan? Parse(string? value, DateTimeOffset now)
    {
        value = value?.Trim();
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (value.All(char.IsAsciiDigit))
        {
            // More digits than an int holds are a long time all the same; .NET's own parser would take them for no header at all.
            return TimeSpan.FromSeconds(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? seconds : int.MaxValue);
        }

        return DateTimeOffset.TryParseExact(
            value, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out DateTimeOffset date)
            ? TimeSpan.FromTicks(Math.Max(0, (date - now).Ticks))
            : null;
    }
}
