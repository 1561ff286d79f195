using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Share;

/// <summary>The application's lock, which lets one instance at a time request a token. Its failures never reach a caller.</summary>
internal sealed class FetchLock(
    Func<CancellationToken, ValueTask<IAsyncDisposable?>> tryAcquire, TimeSpan limit, OptionsSnapshot options, StoreOutage outage, TimeProvider timeProvider)
{
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<FetchLockResult> TryAcquireAsync(CancellationToken cancellationToken)
    {
        try
        {
            IAsyncDisposable? acquired = await BoundedCall.RunAsync(
                async end => await tryAcquire(end).ConfigureAwait(false),
                limit,
                timeProvider,
                cancellationToken,
                discard: late => _ = ReleaseAsync(late)).ConfigureAwait(false);
            outage.End();
            return new FetchLockResult(acquired, IsTaken: acquired is null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            outage.Report(options, nameof(TokenSharingOptions.TryAcquireLock), e);
            return default;
        }
    }

    /// <remarks>A lock that fails is logged. It may take as long as it likes: this instance has its token.</remarks>
    public async Task ReleaseAsync(IAsyncDisposable? acquired)
    {
        if (acquired is null)
        {
            return;
        }

        try
        {
            await Task.Run(() => acquired.DisposeAsync().AsTask(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            outage.Report(options, $"Releasing what {nameof(TokenSharingOptions.TryAcquireLock)} acquired", e);
        }
    }
}

/// <summary>The result of an attempt to acquire the lock. If the lock failed, it is neither acquired nor taken, and the instance requests a token.</summary>
/// <param name="Acquired">Releases the lock when it's disposed; null if the lock wasn't acquired.</param>
/// <param name="IsTaken">Whether another instance has the lock.</param>
internal readonly record struct FetchLockResult(IAsyncDisposable? Acquired, bool IsTaken);
