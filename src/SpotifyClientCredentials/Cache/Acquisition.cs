using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Cache;

/// <summary>One acquisition in flight. It belongs to no caller: each waits for it on its own, and none can end it for the others.</summary>
internal sealed class Acquisition : IDisposable
{
    private readonly TaskCompletionSource<AcquisitionResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _limit;
    private readonly TimeProvider _timeProvider;

    public Acquisition(AcquisitionRequest request, TimeProvider timeProvider)
    {
        Request = request;
        _timeProvider = timeProvider;
        _limit = new CancellationTokenSource(Options.TokenRequestTimeout, timeProvider);
        CancellationToken = _limit.Token;
    }

    public AcquisitionRequest Request { get; }

    public OptionsSnapshot Options => Request.Options;

    /// <summary>Signalled at the time limit, and when the acquisition is superseded.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Asks the source, and comes to an end at the time limit even where the source does not. Never throws.</summary>
    public async Task<AcquisitionResult> AcquireAsync(ITokenSource source)
    {
        try
        {
            // A handler that blocks, or heeds no cancellation, must not stay in flight for ever. What becomes of it later is nobody's concern.
            Task<AcquiredToken> acquiring = Task.Run(() => source.AcquireAsync(Request, CancellationToken), CancellationToken.None);
            acquiring.ObserveLate();
            AcquiredToken acquired = await acquiring.WaitAsync(CancellationToken).ConfigureAwait(false);
            CachedToken cached = CachedToken.From(acquired, Options, Random.Shared.NextDouble(), _timeProvider);
            return _timeProvider.GetTimestamp() < cached.UsableUntil
                ? new AcquisitionResult { Acquired = cached }
                : new AcquisitionResult { Failure = TokenRequestFailure.BornExpired(Options) };
        }
        catch (TokenRequestException e)
        {
            return new AcquisitionResult { Failure = e };
        }
        catch (OperationCanceledException e) when (CancellationToken.IsCancellationRequested)
        {
            return new AcquisitionResult { Failure = TokenRequestFailure.OutOfTime(Options, e) };
        }
        catch (Exception e)
        {
            return new AcquisitionResult { Failure = TokenRequestFailure.NotSent(Options, Request.Rejected, e) };
        }
    }

    public void Complete(AcquisitionResult result) => _result.TrySetResult(result);

    /// <summary>Sends its waiters to look again, and ends it.</summary>
    public void Supersede()
    {
        Complete(AcquisitionResult.Superseded);
        _limit.CancelQuietly();
    }

    /// <exception cref="TimeoutException"><paramref name="left"/> is over.</exception>
    public Task<AcquisitionResult> WaitAsync(TimeSpan left, CancellationToken cancellationToken)
    {
        // Whoever does not wait longer than the acquisition may last needs no timer: a thousand callers would set a thousand.
        bool endsInTime = Options.TokenRequestTimeout - _timeProvider.GetElapsedTime(Request.StartedAt) <= left;
        return endsInTime ? _result.Task.WaitAsync(cancellationToken) : _result.Task.WaitAsync(left, _timeProvider, cancellationToken);
    }

    /// <remarks>Blocks the calling thread itself: a timer, like any continuation, needs a thread of a pool that may have none left.</remarks>
    /// <exception cref="TimeoutException"><paramref name="left"/> is over.</exception>
    public AcquisitionResult Wait(TimeSpan left, CancellationToken cancellationToken) =>
        _result.Task.Wait(left, cancellationToken) ? _result.Task.Result : throw new TimeoutException();

    public void Dispose() => _limit.Dispose();
}

/// <summary>How an acquisition ended: with a token, with a failure, or, superseded, with neither.</summary>
internal sealed class AcquisitionResult
{
    public static AcquisitionResult Superseded { get; } = new();

    public CachedToken? Acquired { get; init; }

    public TokenRequestException? Failure { get; init; }
}
