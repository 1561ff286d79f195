namespace SpotifyClientCredentials;

/// <summary>The names to subscribe to for traces and metrics, with OpenTelemetry for example.</summary>
/// <remarks>
/// <para>Constants, and therefore thread-safe.</para>
/// <para>A token request is the one of RFC 6749, section 4.4.2.</para>
/// </remarks>
public static class SpotifyClientCredentialsTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/> that traces token requests.</summary>
    /// <value><c>SpotifyClientCredentials</c></value>
    public const string ActivitySourceName = "SpotifyClientCredentials";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> that measures token requests, renewals and store lookups.</summary>
    /// <value><c>SpotifyClientCredentials</c></value>
    public const string MeterName = "SpotifyClientCredentials";
}
