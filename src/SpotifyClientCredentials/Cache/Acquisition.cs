using System.Net;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Cache;

/// <summary>One acquisition in flight, which sends at most one request. It belongs to no caller: each waits for it separately, and none can end it for the others.</summary>
internal sealed class Acquisition : IDisposable
{
    private readonly TaskCompletionSource<AcquisitionResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _end;

    public Acquisition(AcquisitionRequest request, TimeProvider timeProvider)
    {
        Request = request;
        _timeProvider = timeProvider;
        _limit = new CancellationTokenSource(Options.TokenRequestTimeout, timeProvider);
        _end = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, request.ResetCancellation);
    }

    public AcquisitionRequest Request { get; }

    /// <summary>Ends after the cache has applied the result. Never fails.</summary>
    public Task<AcquisitionResult> Ended => _result.Task;

    private OptionsSnapshot Options => Request.Options;

    /// <summary>Runs the acquisition in the background.</summary>
    /// <param name="source">Where the token comes from.</param>
    /// <param name="apply">Gets the result before any caller does.</param>
    public void Start(ITokenSource source, Action<AcquisitionResult> apply) =>
        // Unsafe means: without the ExecutionContext of the caller, whose trace, culture and log scopes have no part in this.
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = RunAsync(source, apply), null);

    /// <summary>Asks the source, and ends at the time limit, even if the source ignores cancellation. Never throws.</summary>
    public async Task<AcquisitionResult> AcquireAsync(ITokenSource source)
    {
        try
        {
            AcquiredToken acquired = await BoundedCall.RunAsync(end => source.AcquireAsync(Request, end), _end.Token).ConfigureAwait(false);
            CachedToken token = CachedToken.From(acquired, Options, _timeProvider);
            return token.IsUsable(_timeProvider) ? new AcquisitionResult(token) : new AcquisitionResult(Failure: TokenRequestFailure.ExpiredOnArrival(Options));
        }
        catch (Exception e)
        {
            return new AcquisitionResult(Failure: e switch
            {
                TokenRequestException failure => failure,
                OperationCanceledException when _end.IsCancellationRequested => TokenRequestFailure.TimedOut(Options, e),
                _ => TokenRequestFailure.Failed(Options, Request.Known, e),
            });
        }
    }

    /// <summary>Ends an acquisition because the credentials changed or the provider was disposed. Its callers decide again.</summary>
    /// <param name="inFlight">The acquisition, or null.</param>
    /// <param name="reset">What is cancelled with it, or null.</param>
    public static void Supersede(Acquisition? inFlight, CancellationTokenSource? reset)
    {
        inFlight?._result.TrySetResult(new AcquisitionResult());
        try
        {
            reset?.Cancel();
        }
        catch (AggregateException)
        {
            // A handler's callback threw, which mustn't reach the code that changes settings or disposes.
        }
    }

    /// <summary>Whether it ends within a time, so that a caller needs no timer of its own: a thousand callers would set a thousand.</summary>
    public bool EndsWithin(TimeSpan time) => Options.TokenRequestTimeout - _timeProvider.GetElapsedTime(Request.StartedAt) <= time;

    /// <param name="logger">The logger.</param>
    /// <param name="telemetry">The counters.</param>
    /// <param name="state">The state after the result was applied.</param>
    public void Report(ILogger logger, Telemetry telemetry, TokenState state)
    {
        if (state.Backoff is { } backoff)
        {
            ReportFailure(logger, backoff, state.Current);
        }
        else
        {
            ReportToken(logger, telemetry, state.Current!.Token);
        }
    }

    public void Dispose()
    {
        _limit.Dispose();
        _end.Dispose();
    }

    private void ReportToken(ILogger logger, Telemetry telemetry, AccessToken token)
    {
        string origin = token.IsFromStore ? "shared store" : "token endpoint";
        if (Request.IsAhead)
        {
            Log.TokenRenewedAhead(logger, Options.DisplayName, origin, token.ExpiresOn);
        }
        else
        {
            Log.TokenAcquired(logger, Options.DisplayName, origin, token.ExpiresOn);
        }

        // The first token of these credentials replaces none.
        if (Request.Current is not null)
        {
            telemetry.TokenRenewed(Options, Request.IsAhead ? "ahead" : Request.Rejected is null ? "expired" : "unauthorized");
        }
    }

    private void ReportFailure(ILogger logger, Backoff backoff, CachedToken? current)
    {
        TokenRequestException failure = backoff.Failure;
        Log.AttemptFailed(logger, Options.DisplayName, backoff.Length, failure.Message);
        if (failure is { Error: "invalid_client" } or { StatusCode: HttpStatusCode.Unauthorized })
        {
            Log.CredentialsRejected(logger, Options.DisplayName, failure.Message);
        }

        if (current?.IsUsable(_timeProvider) == true)
        {
            Log.RenewalFailed(logger, Options.DisplayName, current.Token.ExpiresOn, backoff.Length, failure.Message);
        }
    }

    private async Task RunAsync(ITokenSource source, Action<AcquisitionResult> apply)
    {
        AcquisitionResult result = await AcquireAsync(source).ConfigureAwait(false);
        try
        {
            apply(result);
        }
        finally
        {
            // Completes the callers even if a logger or a listener throws.
            _result.TrySetResult(result);
            Dispose();
        }
    }
}

/// <summary>How an acquisition ended: with a token, with a failure, or, if it was superseded, with neither.</summary>
internal sealed record AcquisitionResult(CachedToken? Token = null, TokenRequestException? Failure = null);
