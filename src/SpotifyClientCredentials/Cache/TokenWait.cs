using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Cache;

/// <summary>One call's wait for a token, with its own cancellation and its own time limit.</summary>
/// <param name="cache">The cache of the app.</param>
/// <param name="getOptionsAsync">Gets the settings, which the first call reads. Completes synchronously for a caller that blocks.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class TokenWait(TokenCache cache, Func<bool, CancellationToken, ValueTask<OptionsSnapshot>> getOptionsAsync, TimeProvider timeProvider)
{
    // A blocking caller has the machine's clock: a TimeProvider's timer, like any continuation, needs a thread of a pool that may have none left.
    public TimeProvider ClockOf(bool isAsync) => isAsync ? timeProvider : TimeProvider.System;

    /// <param name="isAsync">Whether the caller doesn't block.</param>
    /// <param name="rejected">The token that the Web API rejected; null if any usable one will do.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="startedAt">When the time limit began, by <see cref="ClockOf"/>; null if it begins now.</param>
    /// <returns>The token or the failure.</returns>
    public async ValueTask<TokenDecision> RunAsync(bool isAsync, AccessToken? rejected, CancellationToken cancellationToken, long? startedAt = null)
    {
        TimeProvider clock = ClockOf(isAsync);
        long since = startedAt ?? clock.GetTimestamp();
        (bool hasFailed, bool isOver) = (false, false);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            OptionsSnapshot options = await getOptionsAsync(isAsync, cancellationToken).ConfigureAwait(false);
            TimeSpan left = isOver ? TimeSpan.Zero : options.TokenRequestTimeout - clock.GetElapsedTime(since);
            TokenDecision decision = cache.OnRequested(new TokenCall(options, rejected, left, hasFailed));
            if (decision.Failure is not null)
            {
                cache.OnUnavailable(options, decision.Failure);
            }

            if (decision.Failure is not null || decision.Token is not null)
            {
                return decision;
            }

            Task ended = decision.Acquisition?.Ended ?? decision.BackoffEnd!.Over;
            if (!isAsync)
            {
                ended.Wait(left, cancellationToken);
            }
            else
            {
                // Without a timer of its own where what it waits for ends before its limit, as a backoff does.
                TimeSpan limit = decision.Acquisition?.EndsWithin(left) == false ? left : Timeout.InfiniteTimeSpan;
                await ended.WaitAsync(limit, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            // Timers count whole milliseconds: one may fire a little before the clock says so.
            isOver = !ended.IsCompleted;
            hasFailed = decision.Acquisition is { Ended: { IsCompleted: true } acquiring } && acquiring.Result.Failure is not null;
        }
    }
}
