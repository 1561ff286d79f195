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
        TokenStore store = new(options, sharing.Cache!, sharing.StoreTimeout, _storeOutage, timeProvider, telemetry);
        // No time is left if the pool had no thread for this. The store isn't to blame.
        if (request.BypassStore || CallLimit(request) == TimeSpan.Zero)
        {
            return await FetchAsync(store, request, cancellationToken).ConfigureAwait(false);
        }

        StoreLookup lookup = await store.ReadAsync(request, CallLimit(request), cancellationToken).ConfigureAwait(false);
        if (lookup.Token is not null)
        {
            return lookup.Token;
        }

        // The lock is useless without the store, in which the instance that has it leaves the token for the others.
        return lookup.HasFailed || sharing.TryAcquireLock is not { } tryAcquire
            ? await FetchAsync(store, request, cancellationToken).ConfigureAwait(false)
            : await FetchWithLockAsync(new FetchLock(tryAcquire, CallLimit(request), options, _lockOutage, timeProvider), store, request, cancellationToken).ConfigureAwait(false);
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
            StoreLookup lookup = result.Acquired is null ? default : await store.ReadAsync(request, CallLimit(request), cancellationToken).ConfigureAwait(false);
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
        TimeSpan left = TimeLeft(request);
        using CancellationTokenSource end = new(left, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        try
        {
            if (request is { IsAhead: true, Rejected: null, Current: { } current })
            {
                TimeSpan delay = SharingPolicy.RenewalDelay(options.Window(current.Lifetime), left, Random.Shared.NextDouble());
                await Task.Delay(delay, timeProvider, either.Token).ConfigureAwait(false);
                return (await ReadAsync().ConfigureAwait(false)).Token;
            }

            for (int number = 1; ; number++)
            {
                await Task.Delay(SharingPolicy.PollDelay(number, Random.Shared.NextDouble()), timeProvider, either.Token).ConfigureAwait(false);
                StoreLookup lookup = await ReadAsync().ConfigureAwait(false);
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

        // A store that is only interrupted at the end hasn't failed.
        Task<StoreLookup> ReadAsync() => store.ReadAsync(request, options.Sharing!.StoreTimeout, either.Token);
    }

    private TimeSpan TimeLeft(AcquisitionRequest request) =>
        SharingPolicy.TimeLeft(request.Options.TokenRequestTimeout, timeProvider.GetElapsedTime(request.StartedAt));

    private TimeSpan CallLimit(AcquisitionRequest request) =>
        TimeSpan.FromTicks(Math.Min(request.Options.Sharing!.StoreTimeout.Ticks, TimeLeft(request).Ticks));

    private static async Task ReleaseAfterAsync(Task writing, FetchLock fetchLock, IAsyncDisposable? acquired)
    {
        // Whatever a logger does, the lock is released.
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await fetchLock.ReleaseAsync(acquired).ConfigureAwait(false);
    }
}
