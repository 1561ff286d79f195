using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Share;

/// <summary>One app's token in the store that its instances share, sealed and for a limited time. Its failures never reach a caller.</summary>
internal sealed class TokenStore(
    OptionsSnapshot options, IDistributedCache cache, TimeSpan writeLimit, StoreOutage outage, TimeProvider timeProvider, Telemetry telemetry)
{
    private readonly TokenSeal _seal = new(options);

    /// <param name="request">What the cache knows.</param>
    /// <param name="limit">The longest wait; a store that takes longer has failed.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<StoreLookup> ReadAsync(AcquisitionRequest request, TimeSpan limit, CancellationToken cancellationToken)
    {
        Task<StoreLookup> reading = ReadEntryAsync(request, limit, cancellationToken);
        // A listener that throws costs no caller its token.
        await CountAsync(reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await reading.ConfigureAwait(false);
    }

    /// <summary>Replaces the entry. Ends early when <paramref name="cancellationToken"/> is cancelled. A store that fails is logged.</summary>
    public async Task WriteAsync(AcquiredToken acquired, CancellationToken cancellationToken)
    {
        TimeSpan entryLifetime = acquired.Lifetime - options.Window(acquired.Lifetime) - timeProvider.GetElapsedTime(acquired.IssuedAt);
        if (entryLifetime <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
        {
            return;
        }

        byte[] entry = _seal.Seal(acquired.Token, acquired.Lifetime);
        DistributedCacheEntryOptions expiry = new() { AbsoluteExpirationRelativeToNow = entryLifetime };
        try
        {
            try
            {
                await CallAsync(end => cache.SetAsync(_seal.KeyName, entry, expiry, end), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not TimeoutException && !cancellationToken.IsCancellationRequested)
            {
                // Redis refuses to overwrite an entry of another type, however often it's tried.
                await CallAsync(end => cache.RemoveAsync(_seal.KeyName, end), cancellationToken).ConfigureAwait(false);
                await CallAsync(end => cache.SetAsync(_seal.KeyName, entry, expiry, end), cancellationToken).ConfigureAwait(false);
            }

            outage.End();
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested || e is ObjectDisposedException)
        {
            // The token isn't wanted there any more, or a container disposed the store before the provider.
        }
        catch (Exception e)
        {
            outage.Report(options, "Writing", e);
        }
    }

    private async Task<StoreLookup> ReadEntryAsync(AcquisitionRequest request, TimeSpan limit, CancellationToken cancellationToken)
    {
        byte[]? entry;
        try
        {
            entry = await BoundedCall.RunAsync(end => cache.GetAsync(_seal.KeyName, end), limit, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            outage.Report(options, "Reading", e);
            return new StoreLookup(null, HasFailed: true);
        }

        if (entry is null)
        {
            return default;
        }

        if (_seal.Open(entry) is not var (stored, lifetime))
        {
            outage.Report(options, $"The entry {_seal.KeyName} was changed or has another version of this library's format; it is overwritten.");
            return default;
        }

        // Not earlier: a store that responds doesn't necessarily keep what it's given.
        outage.End();
        TimeSpan remaining = SharingPolicy.Remaining(stored, lifetime, timeProvider.GetUtcNow());
        return SharingPolicy.IsHit(stored, remaining, options.Window(lifetime), request.Current?.Token, request.Rejected)
            ? new StoreLookup(new AcquiredToken(stored, timeProvider.TimestampAfter(timeProvider.GetTimestamp(), remaining - lifetime), lifetime, RenewAfter: lifetime))
            : default;
    }

    private async Task CountAsync(Task<StoreLookup> reading)
    {
        StoreLookup lookup = await reading.ConfigureAwait(false);
        telemetry.LookupEnded(options, lookup.HasFailed ? "error" : lookup.Token is null ? "miss" : "hit");
    }

    private Task<bool> CallAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken) => BoundedCall.RunAsync(
        async end =>
        {
            await call(end).ConfigureAwait(false);
            return true;
        },
        writeLimit,
        timeProvider,
        cancellationToken);
}

/// <summary>The result of a lookup in the store.</summary>
/// <param name="Token">A usable token, or null.</param>
/// <param name="HasFailed">Whether the store failed, so that it makes no sense to wait for a token that another instance writes to it.</param>
internal readonly record struct StoreLookup(AcquiredToken? Token, bool HasFailed = false);

/// <summary>An outage of a store or a lock, which is logged when it begins and not again until it's over.</summary>
internal sealed class StoreOutage(ILogger logger)
{
    private int _hasBegun;

    public void Report(OptionsSnapshot options, string reason)
    {
        if (Interlocked.Exchange(ref _hasBegun, 1) == 0)
        {
            Log.StoreTrouble(logger, options.DisplayName, reason);
        }
    }

    /// <param name="options">The settings with the secrets to leave out.</param>
    /// <param name="call">The call that failed.</param>
    /// <param name="cause">What it threw.</param>
    public void Report(OptionsSnapshot options, string call, Exception cause) => Report(
        options,
        $"{call} failed with {cause.GetType().Name}: {new SafeText(options.ClientSecret, options.BasicValue).Reason(cause)}");

    public void End() => Volatile.Write(ref _hasBegun, 0);
}
