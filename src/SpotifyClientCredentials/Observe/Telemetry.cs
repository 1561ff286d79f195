using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Observe;

/// <summary>
/// Everything that the library traces and counts. Names are part of its contract, and no value contains a secret. Without a listener, nothing
/// is computed.
/// </summary>
internal sealed class Telemetry
{
    public const string TokenRequest = Prefix + "token_request";

    public const string Prefix = "spotify_client_credentials.";

    /// <summary>Tells the apps of one process apart. The unnamed one has no such tag.</summary>
    public const string AppTag = Prefix + "app";

    private static readonly string Version =
        typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _renewals;
    private readonly Counter<long> _lookups;

    private Telemetry(Meter meter)
    {
        // Without advice on the buckets, which .NET 8 doesn't support.
        _duration = meter.CreateHistogram<double>(TokenRequest + ".duration", "s", "The duration of a token request.");
        _renewals = meter.CreateCounter<long>(Prefix + "renewals", "{renewal}", "Access tokens that replaced another.");
        _lookups = meter.CreateCounter<long>(Prefix + "store.lookups", "{lookup}", "Lookups in the store that instances share.");
    }

    public static ActivitySource Source { get; } = new(SpotifyClientCredentialsTelemetry.ActivitySourceName, Version);

    /// <summary>For a provider without a container. Lives as long as the process.</summary>
    public static Telemetry Shared { get; } = new(MeterFrom(meters: null));

    /// <summary>Whether there is a listener for token requests.</summary>
    public bool ObservesTokenRequests => Source.HasListeners() || _duration.Enabled;

    /// <remarks>
    /// With the container's own meter, a test measures its own application, whatever else runs in the process. .NET has no such factory for
    /// an ActivitySource.
    /// </remarks>
    public static Telemetry From(IMeterFactory? meters) =>
        meters is null ? Shared : new Telemetry(MeterFrom(meters));

    public static Meter MeterFrom(IMeterFactory? meters) =>
        meters?.Create(SpotifyClientCredentialsTelemetry.MeterName, Version) ?? new Meter(SpotifyClientCredentialsTelemetry.MeterName, Version);

    public void TokenRequested(TimeSpan duration, in TagList tags) => _duration.Record(duration.TotalSeconds, tags);

    /// <param name="options">The settings of the app.</param>
    /// <param name="reason"><c>ahead</c>, <c>unauthorized</c> or <c>expired</c>.</param>
    public void TokenRenewed(OptionsSnapshot options, string reason) => Count(_renewals, options, Prefix + "renewal.reason", reason);

    /// <param name="options">The settings of the app.</param>
    /// <param name="outcome"><c>hit</c>, <c>miss</c> or <c>error</c>.</param>
    public void LookupEnded(OptionsSnapshot options, string outcome) => Count(_lookups, options, Prefix + "store.outcome", outcome);

    public static void AddApp(ref TagList tags, OptionsSnapshot options)
    {
        if (options.AppName.Length > 0)
        {
            tags.Add(AppTag, options.AppName);
        }
    }

    private static void Count(Counter<long> counter, OptionsSnapshot options, string tag, string value)
    {
        if (counter.Enabled)
        {
            TagList tags = new() { { tag, value } };
            AddApp(ref tags, options);
            counter.Add(1, tags);
        }
    }
}

/// <summary>
/// The span and the duration of a token request, created only if there is a listener. Tags have the names that OpenTelemetry
/// gives them for HTTP clients.
/// </summary>
/// <remarks>
/// An acquisition runs without its caller's ExecutionContext, so the span starts a trace of its own: one request serves every caller that
/// waits, and belongs to no caller's trace.
/// </remarks>
internal sealed class TokenRequestMeasurement(Telemetry telemetry, OptionsSnapshot options, TimeProvider timeProvider)
{
    private readonly long _startedAt = timeProvider.GetTimestamp();
    private readonly Activity? _span = StartSpan(options);

    /// <summary>Ends the measurement when the attempt ends.</summary>
    public async Task EndWithAsync(Task attempting)
    {
        await attempting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Exception? failure = attempting.IsCanceled ? new TaskCanceledException(attempting) : attempting.Exception?.InnerException;
        TagList tags = TagsOf(options);
        if ((failure is null ? HttpStatusCode.OK : (failure as TokenRequestException)?.StatusCode) is { } status)
        {
            Tag("http.response.status_code", (int)status);
        }

        if (failure is not null)
        {
            Tag("error.type", ErrorType(failure));
            // Only the library's own message is known to contain no secret.
            _span?.SetStatus(ActivityStatusCode.Error, (failure as TokenRequestException)?.Message);
        }

        using (_span)
        {
            telemetry.TokenRequested(timeProvider.GetElapsedTime(_startedAt), tags);
        }

        void Tag(string key, object value)
        {
            tags.Add(key, value);
            _span?.SetTag(key, value);
        }
    }

    private static TagList TagsOf(OptionsSnapshot options)
    {
        TagList tags = new() { { "server.address", options.TokenEndpoint.IdnHost }, { "server.port", options.TokenEndpoint.Port } };
        Telemetry.AddApp(ref tags, options);
        return tags;
    }

    private static Activity? StartSpan(OptionsSnapshot options)
    {
        if (!Telemetry.Source.HasListeners())
        {
            return null;
        }

        TagList tags = TagsOf(options);
        tags.Add("http.request.method", "POST");
        tags.Add("url.full", options.TokenEndpoint.GetLeftPart(UriPartial.Path));
        try
        {
            return Telemetry.Source.StartActivity(Telemetry.TokenRequest, ActivityKind.Client, parentContext: default, tags);
        }
        catch
        {
            // A listener threw. The span can't start later: it's the parent of .NET's own.
            return null;
        }
    }

    private static string ErrorType(Exception failure) => failure switch
    {
        // TokenRequestTimeout was exceeded, the credentials changed, or the provider was disposed.
        OperationCanceledException => "cancelled",
        TokenRequestException { StatusCode: HttpStatusCode.OK } => "invalid_response",
        TokenRequestException { StatusCode: { } status } => ((int)status).ToString(CultureInfo.InvariantCulture),
        { InnerException: OperationCanceledException } => "timeout",
        { InnerException: HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } } => NameOf(error),
        { InnerException: HttpIOException { HttpRequestError: var error } } => NameOf(error),
        { InnerException: { } cause } => cause.GetType().FullName!,
        _ => "_OTHER",
    };

    private static string NameOf(HttpRequestError error) => JsonNamingPolicy.SnakeCaseLower.ConvertName(error.ToString());
}
