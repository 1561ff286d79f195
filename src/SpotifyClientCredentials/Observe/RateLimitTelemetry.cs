using System.Diagnostics.Metrics;

namespace SpotifyClientCredentials.Observe;

/// <summary>What is measured of Spotify's rate limit. A class of its own, so that a trimmed program without the handler contains none of it.</summary>
internal sealed class RateLimitTelemetry(Meter meter)
{
    private const string Prefix = Telemetry.Prefix + "rate_limit.";

    private readonly Counter<long> _heldBack = meter.CreateCounter<long>(Prefix + "held_back", "{call}", "Calls that waited for the rate limit.");
    private readonly Counter<long> _unsent = meter.CreateCounter<long>(Prefix + "unsent", "{call}", "Calls that got a 429 without being sent.");

    public static RateLimitTelemetry From(IMeterFactory? meters) => new(Telemetry.MeterFrom(meters));

    public void ObserveRemaining(string appName, Func<TimeSpan> remaining) => meter.CreateObservableGauge(
        Prefix + "remaining",
        () => new Measurement<double>(remaining().TotalSeconds, TagsOf(appName)),
        "s",
        "The longest time for which the app or one of its paths is closed.");

    public void CallHeldBack(string appName) => Count(_heldBack, appName);

    public void CallRefused(string appName) => Count(_unsent, appName);

    private static KeyValuePair<string, object?>[] TagsOf(string appName) => appName.Length > 0 ? [new(Telemetry.AppTag, appName)] : [];

    private static void Count(Counter<long> counter, string appName)
    {
        if (counter.Enabled)
        {
            counter.Add(1, TagsOf(appName));
        }
    }
}
