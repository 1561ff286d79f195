using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Observe;

/// <summary>
/// The span and the duration of one attempt of a token request, made only where somebody listens. Tags have the names that OpenTelemetry
/// gives them for HTTP clients.
/// </summary>
/// <remarks>
/// An acquisition runs without its caller's ExecutionContext, so the span begins a trace of its own. That is what it should do: one request
/// serves every caller that waits, and is part of no caller's trace.
/// </remarks>
internal sealed class TokenRequestMeasurement
{
    private readonly Telemetry _telemetry;
    private readonly TimeProvider _timeProvider;
    private readonly long _startedAt;
    private readonly TagList _server;
    private readonly Activity? _span;

    public TokenRequestMeasurement(Telemetry telemetry, OptionsSnapshot options, int attempt, TimeProvider timeProvider)
    {
        _telemetry = telemetry;
        _timeProvider = timeProvider;
        _startedAt = timeProvider.GetTimestamp();
        _server.Add("server.address", options.TokenEndpoint.IdnHost);
        _server.Add("server.port", options.TokenEndpoint.Port);
        Telemetry.AddApp(ref _server, options);
        _span = Telemetry.Source.HasListeners() ? StartSpan(_server, options.TokenEndpoint, attempt) : null;
    }

    /// <param name="failure">What the attempt ended in; null where it brought a token.</param>
    public void End(Exception? failure)
    {
        TagList outcome = OutcomeOf(failure);
        TagList tags = _server;
        foreach ((string key, object? value) in outcome)
        {
            tags.Add(key, value);
            _span?.SetTag(key, value);
        }

        _telemetry.TokenRequested(_timeProvider.GetElapsedTime(_startedAt), tags);
        if (failure is not null)
        {
            // Of others' exceptions nobody knows what they quote.
            _span?.SetStatus(ActivityStatusCode.Error, (failure as TokenRequestException)?.Message);
        }

        try
        {
            _span?.Stop();
        }
        catch
        {
            // The listener's.
        }
    }

    private static Activity? StartSpan(TagList tags, Uri endpoint, int attempt)
    {
        tags.Add("http.request.method", "POST");
        tags.Add("url.full", endpoint.GetLeftPart(UriPartial.Path));
        if (attempt > 1)
        {
            tags.Add("http.request.resend_count", attempt - 1);
        }

        try
        {
            return Telemetry.Source.StartActivity(Telemetry.TokenRequest, ActivityKind.Client, parentContext: default, tags);
        }
        catch
        {
            // The listener's.
            return null;
        }
    }

    private static TagList OutcomeOf(Exception? failure)
    {
        TagList outcome = default;
        if ((failure is null ? HttpStatusCode.OK : (failure as TokenRequestException)?.StatusCode) is { } status)
        {
            outcome.Add("http.response.status_code", (int)status);
        }

        if (failure is not null)
        {
            outcome.Add("error.type", ErrorType(failure));
        }

        return outcome;
    }

    private static string ErrorType(Exception failure) => failure switch
    {
        // From outside: TokenRequestTimeout is over, the credentials have changed, or the provider is disposed.
        OperationCanceledException => "cancelled",
        TokenRequestException { StatusCode: HttpStatusCode.OK } => "invalid_response",
        TokenRequestException { StatusCode: { } status } => ((int)status).ToString(CultureInfo.InvariantCulture),
        { InnerException: OperationCanceledException } => "timeout",
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } => JsonNamingPolicy.SnakeCaseLower.ConvertName(error.ToString()),
        { InnerException: { } cause } => cause.GetType().FullName!,
        _ => "_OTHER",
    };
}
