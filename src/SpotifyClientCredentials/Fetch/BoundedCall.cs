namespace SpotifyClientCredentials.Fetch;

/// <summary>Calls code that may block, never return or ignore cancellation: handlers, stores and locks of the application.</summary>
internal static class BoundedCall
{
    /// <summary>Makes the call on the thread pool and waits for it up to a limit.</summary>
    /// <param name="call">The call. Its token is cancelled at the limit.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="timeProvider">The clock of <paramref name="limit"/>.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <param name="discard">Disposes of a result that comes too late.</param>
    /// <exception cref="TimeoutException">The limit was exceeded.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled, or the call cancelled itself.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call,
        TimeSpan limit,
        TimeProvider timeProvider,
        CancellationToken cancellationToken,
        Action<T>? discard = null)
    {
        using CancellationTokenSource timeout = new(limit, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await RunAsync(call, either.Token, discard).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(FormattableString.Invariant($"It took longer than {limit.TotalSeconds:0.###} s."));
        }
    }

    /// <summary>Makes the call on the thread pool and waits for it.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled, or the call cancelled itself.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, Action<T>? discard = null)
    {
        Task<T> calling = Task.Run(() => call(cancellationToken), cancellationToken);
        try
        {
            return await calling.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not TokenRequestException && cancellationToken.IsCancellationRequested)
        {
            // Some calls report their cancellation by an exception of their own.
            _ = ObserveAsync(calling, discard);
            throw new OperationCanceledException(cancellationToken);
        }
    }

    // Also observes a late exception, so that it isn't reported as unobserved.
    private static async Task ObserveAsync<T>(Task<T> late, Action<T>? discard)
    {
        await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (late.IsCompletedSuccessfully)
        {
            discard?.Invoke(late.Result);
        }
    }
}
