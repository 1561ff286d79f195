using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Share;

/// <summary>
/// Looks for a token that another instance has stored before it requests one, and stores what it requested. Where a gate is given, those who
/// are not let in wait for what the one inside will store.
/// </summary>
/// <remarks>For apps whose options say how they share their token.</remarks>
internal sealed class SharedTokenSource(ITokenSource endpoint, TimeProvider timeProvider, ILogger logger, Telemetry telemetry) : ITokenSource
{
    // A store that works again says nothing of a gate that does not.
    private readonly Outage _storeOutage = new(logger);
    private readonly Outage _lockOutage = new(logger);

    public async Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        OptionsSnapshot options = request.Options;
        TokenSharing sharing = options.Sharing!;
        TokenStore store = new(options, sharing, _storeOutage, timeProvider, telemetry);
        if (!request.IsStoreRuledOut)
        {
            StoreLookup look = await store.LookAsync(request, cancellationToken).ConfigureAwait(false);
            if (look.Token is not null)
            {
                return look.Token;
            }

            // A gate is of no use without the store, in which its winner leaves the token for the losers.
            if (!look.IsTrouble && sharing.TryAcquireLock is { } tryEnter)
            {
                TimeSpan limit = SharingPolicy.CallLimit(sharing.StoreTimeout, options.TokenRequestTimeout);
                FetchLock gate = new(tryEnter, limit, options, _lockOutage, timeProvider);
                return await AcquireThroughAsync(gate, store, request, cancellationToken).ConfigureAwait(false);
            }
        }

        return await FetchAsync(store, request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AcquiredToken> AcquireThroughAsync(
        FetchLock gate, TokenStore store, AcquisitionRequest request, CancellationToken cancellationToken)
    {
        FetchLockResult response = await gate.TryEnterAsync(cancellationToken).ConfigureAwait(false);
        if (response.IsTaken)
        {
            return await AwaitOthersAsync(store, request, cancellationToken).ConfigureAwait(false)
                ?? await FetchAsync(store, request, cancellationToken).ConfigureAwait(false);
        }

        Task writing = Task.CompletedTask;
        try
        {
            // Another may have fetched between the first look and the gate.
            StoreLookup look = response.Entered is null ? StoreLookup.Miss : await store.LookAsync(request, cancellationToken).ConfigureAwait(false);
            if (look.Token is not null)
            {
                return look.Token;
            }

            // A handler that blocks, or heeds no cancellation, must not stay inside for ever: nobody else could enter.
            Task<AcquiredToken> fetching = Task.Run(() => endpoint.AcquireAsync(request, cancellationToken), CancellationToken.None);
            fetching.ObserveLate();
            AcquiredToken fetched = await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
            writing = store.WriteAsync(fetched, request.WriteCancellation);
            return fetched;
        }
        finally
        {
            _ = LeaveAfterAsync(writing, gate, response.Entered);
        }
    }

    private async Task<AcquiredToken> FetchAsync(TokenStore store, AcquisitionRequest request, CancellationToken cancellationToken)
    {
        AcquiredToken fetched = await endpoint.AcquireAsync(request, cancellationToken).ConfigureAwait(false);
        _ = store.WriteAsync(fetched, request.WriteCancellation);
        return fetched;
    }

    private async Task<AcquiredToken?> AwaitOthersAsync(TokenStore store, AcquisitionRequest request, CancellationToken cancellationToken)
    {
        TimeSpan maxWait = SharingPolicy.MaxWait(request.Options.TokenRequestTimeout, timeProvider.GetElapsedTime(request.StartedAt));
        if (request is { IsAhead: true, Cached: { } cached })
        {
            TimeSpan pause = SharingPolicy.RenewerPause(cached.Window, maxWait, Random.Shared.NextDouble());
            await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(false);
            return (await store.LookAsync(request, cancellationToken).ConfigureAwait(false)).Token;
        }

        using CancellationTokenSource end = new(maxWait, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        try
        {
            for (int number = 1; ; number++)
            {
                await Task.Delay(SharingPolicy.PollPause(number, Random.Shared.NextDouble()), timeProvider, either.Token).ConfigureAwait(false);
                StoreLookup look = await store.LookAsync(request, either.Token).ConfigureAwait(false);
                if (look.Token is not null || look.IsTrouble)
                {
                    return look.Token;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task LeaveAfterAsync(Task writing, FetchLock gate, IAsyncDisposable? entered)
    {
        await writing.ConfigureAwait(false);
        await gate.LeaveAsync(entered).ConfigureAwait(false);
    }
}
