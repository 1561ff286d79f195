using System.Globalization;
using System.Net.Http.Headers;

namespace SpotifyClientCredentials.Fetch;

/// <summary>The Retry-After header, RFC 9110, section 10.2.3: seconds or an HTTP date.</summary>
internal static class RetryAfterHeader
{
    // The format that is sent today, and the two that a recipient must still accept (RFC 9110, section 5.6.7).
    private static readonly string[] DateFormats = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    public static TimeSpan? From(HttpResponseHeaders headers, DateTimeOffset now) =>
        headers.NonValidated.TryGetValues("Retry-After", out HeaderStringValues values) ? Parse(values.FirstOrDefault(), now) : null;

    /// <returns>Null if the value is absent or neither of the two; zero for a date in the past.</returns>
    public static TimeSpan? Parse(string? value, DateTimeOffset now)
    {
        value = value?.Trim();
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (value.All(char.IsAsciiDigit))
        {
            // More digits than an int has are still a long time. .NET's own parser would ignore the header.
            return TimeSpan.FromSeconds(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? seconds : int.MaxValue);
        }

        return DateTimeOffset.TryParseExact(
            value, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out DateTimeOffset date)
            ? TimeSpan.FromTicks(Math.Max(0, (date - now).Ticks))
            : null;
    }
}
