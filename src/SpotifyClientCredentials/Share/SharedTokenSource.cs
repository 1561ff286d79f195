using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Share;

/// <summary>
/// Reads a token that another instance stored before it requests one, and stores what it requested. With a lock, an instance that doesn't get
/// it waits for the token that the instance with the lock stores.
/// </summary>
internal sealed class SharedTokenSource(
    ITokenSource endpoint, TimeProvider timeProvider, ILogger logger, Telemetry telemetry) : ITokenSource
{
    // A store that works again says nothing about a lock that doesn't.
    private readonly StoreOutage _storeOutage = new(logger);
    private readonly StoreOutage _lockOutage = new(logger);

    public async Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        AcquiredToken acquired = await ReadOrFetchAsync(request, cancellationToken).ConfigureAwait(false);
        return acquired with { RenewAfter = SharingPolicy.RenewAfter(acquired.Lifetime, request.Options, Random.Shared.NextDouble()) };
    }

    private async Task<AcquiredToken> ReadOrFetchAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        OptionsSnapshot options = request.Options;
        TokenSharingOptions sharing = options.Sharing!;
        TimeSpan limit = SharingPolicy.CallLimit(sharing.StoreTimeout, options.TokenRequestTimeout);
        TokenStore store = new(options, sharing.Cache!, limit, _storeOutage, timeProvider, telemetry);
        if (request.BypassStore)
        {
            return await FetchAsync(store, request, cancellationToken).ConfigureAwait(false);
        }

        StoreLookup lookup = await store.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        if (lookup.Token is not null)
        {
            return lookup.Token;
        }

        // The lock is useless without the store, in which the instance that has it leaves the token for the others.
        return lookup.HasFailed || sharing.TryAcquireLock is not { } tryAcquire
            ? await FetchAsync(store, request, cancellationToken).ConfigureAwait(false)
            : await FetchWithLockAsync(new FetchLock(tryAcquire, limit, options, _lockOutage, timeProvider), store, request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AcquiredToken> FetchWithLockAsync(
        FetchLock fetchLock, TokenStore store, AcquisitionRequest request, CancellationToken cancellationToken)
    {
        FetchLockResult result = await fetchLock.TryAcquireAsync(cancellationToken).ConfigureAwait(false);
        if (result.IsTaken)
        {
            return await WaitForOtherInstanceAsync(store, request, cancellationToken).ConfigureAwait(false)
                ?? await FetchAsync(store, request, cancellationToken).ConfigureAwait(false);
        }

        Task writing = Task.CompletedTask;
        try
        {
            // Another instance may have stored a token between the first lookup and the lock.
            StoreLookup lookup = result.Acquired is null ? default : await store.ReadAsync(request, cancellationToken).ConfigureAwait(false);
            if (lookup.Token is not null)
            {
                return lookup.Token;
            }

            // Bounded, because a handler that ignores cancellation would keep the lock from everyone else.
            AcquiredToken fetched = await BoundedCall.RunAsync(end => endpoint.AcquireAsync(request, end), cancellationToken).ConfigureAwait(false);
            writing = store.WriteAsync(fetched, request.ResetCancellation);
            return fetched;
        }
        finally
        {
            _ = ReleaseAfterAsync(writing, fetchLock, result.Acquired);
        }
    }

    private async Task<AcquiredToken> FetchAsync(TokenStore store, AcquisitionRequest request, CancellationToken cancellationToken)
    {
        AcquiredToken fetched = await endpoint.AcquireAsync(request, cancellationToken).ConfigureAwait(false);
        _ = store.WriteAsync(fetched, request.ResetCancellation);
        return fetched;
    }

    /// <returns>Null if no token came in time.</returns>
    private async Task<AcquiredToken?> WaitForOtherInstanceAsync(TokenStore store, AcquisitionRequest request, CancellationToken cancellationToken)
    {
        OptionsSnapshot options = request.Options;
        TimeSpan maxWait = SharingPolicy.MaxWait(options.TokenRequestTimeout, timeProvider.GetElapsedTime(request.StartedAt));
        if (request is { IsAhead: true, Current: { } current })
        {
            TimeSpan delay = SharingPolicy.RenewalDelay(options.Window(current.Lifetime), maxWait, Random.Shared.NextDouble());
            await Task.Delay(delay, timeProvider, cancellationToken).ConfigureAwait(false);
            return (await store.ReadAsync(request, cancellationToken).ConfigureAwait(false)).Token;
        }

        using CancellationTokenSource end = new(maxWait, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        try
        {
            for (int number = 1; ; number++)
            {
                await Task.Delay(SharingPolicy.PollDelay(number, Random.Shared.NextDouble()), timeProvider, either.Token).ConfigureAwait(false);
                StoreLookup lookup = await store.ReadAsync(request, either.Token).ConfigureAwait(false);
                if (lookup.Token is not null || lookup.HasFailed)
                {
                    return lookup.Token;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task ReleaseAfterAsync(Task writing, FetchLock fetchLock, IAsyncDisposable? acquired)
    {
        // Whatever a logger does, the lock is released.
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await fetchLock.ReleaseAsync(acquired).ConfigureAwait(false);
    }
}
