using System.Globalization;
using SpotifyClientCredentials.Cache;

namespace SpotifyClientCredentials.Share;

/// <summary>A call to a store or a gate, which may block, hang or throw as it likes.</summary>
internal static class BoundedCall
{
    /// <summary>Makes the call on the thread pool and waits for it up to a limit.</summary>
    /// <param name="call">The call. What comes of it after the limit is nobody's concern.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="timeProvider">The clock of <paramref name="limit"/>.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <param name="discard">What to do with a result for which nobody waited.</param>
    /// <exception cref="TimeoutException">The limit is over.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; or the call says so by itself.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call,
        TimeSpan limit,
        TimeProvider timeProvider,
        CancellationToken cancellationToken,
        Action<T>? discard = null)
    {
        using CancellationTokenSource timeout = new(limit, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        CancellationToken end = either.Token;
        Task<T> calling = Task.Run(() => call(end), end);
        calling.ObserveLate();
        try
        {
            return await calling.WaitAsync(end).ConfigureAwait(false);
        }
        catch (Exception) when (end.IsCancellationRequested)
        {
            // Some tell in exceptions of their own that they were cancelled.
            if (discard is not null)
            {
                _ = calling.ContinueWith(
                    late => discard(late.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"It did not answer within {limit.TotalSeconds:0.###} s."));
        }
    }
}
