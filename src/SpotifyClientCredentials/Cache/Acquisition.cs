using System.Net;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Cache;

/// <summary>One acquisition in flight. It belongs to no caller: each one waits for it separately, and none can end it for the others.</summary>
internal sealed class Acquisition : IDisposable
{
    private readonly TaskCompletionSource<AcquisitionResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _isRenewal;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _end;

    /// <param name="request">What is asked of the source.</param>
    /// <param name="isRenewal">Whether the token replaces another, which the first one of these credentials doesn't.</param>
    /// <param name="timeProvider">The clock.</param>
    public Acquisition(AcquisitionRequest request, bool isRenewal, TimeProvider timeProvider)
    {
        Request = request;
        _isRenewal = isRenewal;
        _timeProvider = timeProvider;
        _limit = new CancellationTokenSource(Options.TokenRequestTimeout, timeProvider);
        _end = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, request.ResetCancellation);
    }

    public AcquisitionRequest Request { get; }

    public OptionsSnapshot Options => Request.Options;

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
            return _timeProvider.GetTimestamp() < token.UsableUntil
                ? new AcquisitionResult { Token = token }
                : new AcquisitionResult { Failure = TokenRequestFailure.ExpiredOnArrival(Options) };
        }
        catch (TokenRequestException e)
        {
            return new AcquisitionResult { Failure = e };
        }
        catch (OperationCanceledException e) when (_end.IsCancellationRequested)
        {
            return new AcquisitionResult { Failure = TokenRequestFailure.TimedOut(Options, e) };
        }
        catch (Exception e)
        {
            return new AcquisitionResult { Failure = TokenRequestFailure.Failed(Options, Request.Known, e) };
        }
    }

    /// <summary>Ends an acquisition because the credentials changed or the provider was disposed. Its callers decide again.</summary>
    /// <param name="inFlight">The acquisition, or null.</param>
    /// <param name="reset">What is cancelled with it, or null.</param>
    public static void Supersede(Acquisition? inFlight, CancellationTokenSource? reset)
    {
        inFlight?._result.TrySetResult(AcquisitionResult.Superseded);
        try
        {
            reset?.Cancel();
        }
        catch (AggregateException)
        {
            // A handler's callback threw, which mustn't reach the code that changes settings or disposes.
        }
    }

    /// <exception cref="TimeoutException"><paramref name="left"/> is over.</exception>
    public Task<AcquisitionResult> WaitAsync(TimeSpan left, CancellationToken cancellationToken)
    {
        // A caller whose limit is later than that of the acquisition needs no timer: a thousand callers would set a thousand.
        bool endsInTime = Options.TokenRequestTimeout - _timeProvider.GetElapsedTime(Request.StartedAt) <= left;
        return endsInTime ? _result.Task.WaitAsync(cancellationToken) : _result.Task.WaitAsync(left, _timeProvider, cancellationToken);
    }

    /// <remarks>Blocks the calling thread itself: a timer, like any continuation, needs a thread of a pool that may have none left.</remarks>
    /// <exception cref="TimeoutException"><paramref name="left"/> is over.</exception>
    public AcquisitionResult Wait(TimeSpan left, CancellationToken cancellationToken) =>
        _result.Task.Wait(left, cancellationToken) ? _result.Task.Result : throw new TimeoutException();

    public void ReportToken(ILogger logger, Telemetry telemetry, AccessToken token)
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

        if (_isRenewal)
        {
            telemetry.TokenRenewed(Options, Request.IsAhead ? "ahead" : Request.Rejected is null ? "expired" : "unauthorized");
        }
    }

    /// <param name="logger">The logger.</param>
    /// <param name="backoff">The backoff that the failure started.</param>
    /// <param name="current">The token that stays in use, or null.</param>
    public void ReportFailure(ILogger logger, Backoff backoff, AccessToken? current)
    {
        TokenRequestException failure = backoff.Failure;
        if (failure is { Error: "invalid_client" } or { StatusCode: HttpStatusCode.Unauthorized })
        {
            Log.CredentialsRejected(logger, Options.DisplayName, failure.Message);
        }

        if (Request.IsAhead && current is not null)
        {
            Log.RenewalFailed(logger, Options.DisplayName, current.ExpiresOn, backoff.Length, failure.Message);
        }
    }

    public void Dispose()
    {
        _limit.Dispose();
        _end.Dispose();
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
internal sealed class AcquisitionResult
{
    public static AcquisitionResult Superseded { get; } = new();

    public CachedToken? Token { get; init; }

    public TokenRequestException? Failure { get; init; }
}
