
namespace SpotifyClientCredentials.Cache;

internal static class TimestampExtensions
{
    /// <summary>The timestamp that comes a time after another.</summary>
    // A double, since the product of a day's ticks and a frequency of 10⁹ does not fit into a long; to a day it is exact.
    public static long TimestampAfter(this TimeProvider timeProvider, long timestamp, TimeSpan time) =>
        timestamp + (long)(time.Ticks * ((double)timeProvider.TimestampFrequency / TimeSpan.TicksPerSecond));
}
