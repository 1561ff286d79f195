using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Internal;

/// <summary>
/// Looks for a token that another instance has stored before it requests one, and stores what it requested. Where a gate is given, those who
/// are not let in wait for what the one inside will store.
/// </summary>
/// <remarks>For apps whose options say how they share their token.</remarks>
internal sealed class SharedTokenSource(ITokenSource endpoint, TimeProvider timeProvider, ILogger logger, Telemetry telemetry) : ITokenSource
{
    // A store that works again says nothing of a gate that does not.
    private readonly Outage _storeOutage = new(logger);
    private readonly Outage _gateOutage = new(logger);

    public async Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        ValidOptions options = request.Options;
        TokenSharing sharing = options.Sharing!;
        TokenStore store = new(options, sharing, _storeOutage, timeProvider, telemetry);
        if (!request.IsStoreRuledOut)
        {
            StoreLook look = await store.LookAsync(request, cancellationToken).ConfigureAwait(false);
            if (look.Token is not null)
            {
                return look.Token;
            }

            // A gate is of no use without the store, in which its winner leaves the token for the losers.
            if (!look.IsTrouble && sharing.TryEnterFetch is { } tryEnter)
            {
                TimeSpan limit = SharingPolicy.CallLimit(sharing.StoreTimeout, options.TokenRequestTimeout);
                FetchGate gate = new(tryEnter, limit, options, _gateOutage, timeProvider);
                return await AcquireThroughAsync(gate, store, request, cancellationToken).ConfigureAwait(false);
            }
        }

        return await FetchAsync(store, request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AcquiredToken> AcquireThroughAsync(
        FetchGate gate, TokenStore store, AcquisitionRequest request, CancellationToken cancellationToken)
    {
        GateAnswer answer = await gate.TryEnterAsync(cancellationToken).ConfigureAwait(false);
        if (answer.IsTaken)
        {
            return await AwaitOthersAsync(store, request, cancellationToken).ConfigureAwait(false)
                ?? await FetchAsync(store, request, cancellationToken).ConfigureAwait(false);
        }

        Task writing = Task.CompletedTask;
        try
        {
            // Another may have fetched between the first look and the gate.
            StoreLook look = answer.Entered is null ? StoreLook.Miss : await store.LookAsync(request, cancellationToken).ConfigureAwait(false);
            if (look.Token is not null)
            {
                return look.Token;
            }

            // A handler that blocks, or heeds no cancellation, must not stay inside for ever: nobody else could enter.
            Task<AcquiredToken> fetching = Task.Run(() => endpoint.AcquireAsync(request, cancellationToken), CancellationToken.None);
            fetching.ObserveLate();
            AcquiredToken fetched = await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
            writing = store.WriteAsync(fetched, request.Forgotten);
            return fetched;
        }
        finally
        {
            _ = LeaveAfterAsync(writing, gate, answer.Entered);
        }
    }

    private async Task<AcquiredToken> FetchAsync(TokenStore store, AcquisitionRequest request, CancellationToken cancellationToken)
    {
        AcquiredToken fetched = await endpoint.AcquireAsync(request, cancellationToken).ConfigureAwait(false);
        _ = store.WriteAsync(fetched, request.Forgotten);
        return fetched;
    }

    private async Task<AcquiredToken?> AwaitOthersAsync(TokenStore store, AcquisitionRequest request, CancellationToken cancellationToken)
    {
        TimeSpan patience = SharingPolicy.Patience(request.Options.TokenRequestTimeout, timeProvider.GetElapsedTime(request.StartedAt));
        if (request is { IsAhead: true, Held: { } held })
        {
            TimeSpan pause = SharingPolicy.RenewerPause(held.Window, patience, Random.Shared.NextDouble());
            await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(false);
            return (await store.LookAsync(request, cancellationToken).ConfigureAwait(false)).Token;
        }

        using CancellationTokenSource end = new(patience, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        try
        {
            for (int number = 1; ; number++)
            {
                await Task.Delay(SharingPolicy.PollPause(number, Random.Shared.NextDouble()), timeProvider, either.Token).ConfigureAwait(false);
                StoreLook look = await store.LookAsync(request, either.Token).ConfigureAwait(false);
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

    private static async Task LeaveAfterAsync(Task writing, FetchGate gate, IAsyncDisposable? entered)
    {
        await writing.ConfigureAwait(false);
        await gate.LeaveAsync(entered).ConfigureAwait(false);
    }
}
