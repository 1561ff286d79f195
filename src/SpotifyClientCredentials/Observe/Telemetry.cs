using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Observe;

/// <summary>
/// Everything that the library traces and counts. Names are part of its contract, and no value is given a secret. Where nobody listens,
/// nothing is computed; a listener that throws costs no caller its token.
/// </summary>
internal sealed class Telemetry
{
    /// <summary>Of the activity source and of the meter.</summary>
    public const string Name = nameof(SpotifyClientCredentials);

    public const string TokenRequest = Prefix + "token_request";

    private const string Prefix = "spotify_client_credentials.";

    private static readonly string Version =
        typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _renewals;
    private readonly Counter<long> _lookups;

    private Telemetry(Meter meter)
    {
        // Without advice on the buckets: .NET 8 knows none.
        _duration = meter.CreateHistogram<double>(TokenRequest + ".duration", "s", "How long token requests took, one attempt each.");
        _renewals = meter.CreateCounter<long>(Prefix + "renewals", "{renewal}", "Access tokens that took the place of another.");
        _lookups = meter.CreateCounter<long>(Prefix + "store.lookups", "{lookup}", "Looks into the store that instances share.");
    }

    public static ActivitySource Source { get; } = new(Name, Version);

    /// <summary>For a provider without a container. Lives as long as the process.</summary>
    public static Telemetry OfProcess { get; } = new(new Meter(Name, Version));

    /// <summary>Whether anybody listens to token requests.</summary>
    public bool HearsTokenRequests => Source.HasListeners() || _duration.Enabled;

    /// <remarks>
    /// With the container's own meter a test measures its own application, whatever else runs in the process. For an ActivitySource .NET has
    /// no such factory.
    /// </remarks>
    public static Telemetry From(IMeterFactory? meters) => meters is null ? OfProcess : new Telemetry(meters.Create(Name, Version));

    /// <summary>An attempt of a token request has ended.</summary>
    public void TokenRequested(TimeSpan duration, in TagList tags)
    {
        if (_duration.Enabled)
        {
            try
            {
                _duration.Record(duration.TotalSeconds, tags);
            }
            catch
            {
                // The listener's.
            }
        }
    }

    /// <summary>An acquisition has ended.</summary>
    public void Settled(Acquisition acquisition, AcquisitionResult result)
    {
        if (_renewals.Enabled)
        {
            CountRenewal(acquisition.Request, result);
        }
    }

    /// <summary>The shared store was asked for a token.</summary>
    public void LookedUp(OptionsSnapshot options, in StoreLookup look)
    {
        if (_lookups.Enabled)
        {
            CountLookup(options, look);
        }
    }

    /// <summary>Tells the apps of one process apart. The one without a name has no such tag.</summary>
    public static void AddApp(ref TagList tags, OptionsSnapshot options)
    {
        if (options.Names.AppName is { Length: > 0 } appName)
        {
            tags.Add(Prefix + "app", appName);
        }
    }

    private void CountLookup(OptionsSnapshot options, in StoreLookup look) => Count(_lookups, options, Prefix + "store.outcome", look switch
    {
        { Token: not null } => "hit",
        { IsTrouble: true } => "error",
        _ => "miss",
    });

    private void CountRenewal(AcquisitionRequest request, AcquisitionResult result)
    {
        if (request.IsRenewal && result.Acquired is not null)
        {
            Count(_renewals, request.Options, Prefix + "renewal.reason", request switch
            {
                { IsAhead: true } => "ahead",
                { Rejected: not null } => "unauthorized",
                _ => "expired",
            });
        }
    }

    private static void Count(Counter<long> counter, OptionsSnapshot options, string tag, string value)
    {
        TagList tags = new() { { tag, value } };
        AddApp(ref tags, options);
        try
        {
            counter.Add(1, tags);
        }
        catch
        {
            // The listener's.
        }
    }
}
