using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Cache;

/// <summary>One caller's wait for a token, with its own cancellation and its own time limit.</summary>
internal static class TokenWait
{
    public static async ValueTask<AccessToken> RunAsync(
        TokenCache cache, bool isAsync, Func<OptionsSnapshot> getOptions, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        cache.ThrowIfDisposed();
        // The first read of the settings runs code of the application: outside the time that a token may take.
        _ = getOptions();
        long startedAt = timeProvider.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            OptionsSnapshot options = getOptions();
            // Less than all of it if changed credentials superseded what this caller waited for first.
            TimeSpan left = options.TokenRequestTimeout - timeProvider.GetElapsedTime(startedAt);
            if (left <= TimeSpan.Zero)
            {
                throw TokenRequestFailure.TimedOut(options);
            }

            if (cache.Decide(out Acquisition? acquisition) is { } token)
            {
                return token;
            }

            AcquisitionResult result;
            try
            {
                result = isAsync
                    ? await acquisition!.WaitAsync(left, cancellationToken).ConfigureAwait(false)
                    : acquisition!.Wait(left, cancellationToken);
            }
            catch (TimeoutException)
            {
                throw TokenRequestFailure.TimedOut(options);
            }

            // Its margin may have passed since: a machine was suspended, or the pool had no thread for this caller.
            if (result.Token is { } acquired && timeProvider.GetTimestamp() < acquired.UsableUntil)
            {
                return acquired.Token;
            }

            if (result.Failure is not null)
            {
                throw result.Failure.ForWaiter();
            }
        }
    }
}
