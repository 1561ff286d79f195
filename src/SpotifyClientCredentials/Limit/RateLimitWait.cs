namespace SpotifyClientCredentials.Limit;

/// <summary>The waits of one call, which together take no longer than it may wait.</summary>
internal sealed class RateLimitWait(RateLimiter limiter, TimeSpan maxWait, bool isAsync)
{
    // A blocking caller has the machine's clock: a TimeProvider's timer needs a thread of a pool that may have none left.
    private readonly TimeProvider _clock = isAsync ? limiter.Clock : TimeProvider.System;
    private TimeSpan _waited;

    /// <returns>The call, which may be sent now or is refused.</returns>
    public async ValueTask<RateLimitedCall> RunAsync(string path, CancellationToken cancellationToken)
    {
        RateLimitedCall call = limiter.Enter(path, maxWait - _waited);
        if (call.Admitted.IsCompleted || call.RetryAfter is not null)
        {
            return call;
        }

        if (_waited == TimeSpan.Zero)
        {
            // Only its first wait counts.
            limiter.OnHeldBack();
        }

        long since = _clock.GetTimestamp();
        try
        {
            if (isAsync)
            {
                await call.Admitted.WaitAsync(maxWait - _waited, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else
            {
                _ = call.Admitted.Wait(maxWait - _waited, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException)
        {
            limiter.OnFailed(call, wasSent: false);
            throw;
        }

        _waited += _clock.GetElapsedTime(since);
        limiter.OnWaited(call);
        return call;
    }
}
