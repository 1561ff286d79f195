namespace SpotifyClientCredentials.Internal;

/// <summary>The gate that lets one instance at a time request a token, where the application has given one. Never worth an exception.</summary>
internal sealed class FetchGate(
    Func<CancellationToken, ValueTask<IAsyncDisposable?>> tryEnter, TimeSpan limit, ValidOptions options, Outage outage, TimeProvider timeProvider)
{
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<GateAnswer> TryEnterAsync(CancellationToken cancellationToken)
    {
        try
        {
            IAsyncDisposable? entered = await StoreCall.RunAsync(
                async end => await tryEnter(end).ConfigureAwait(false),
                limit,
                timeProvider,
                cancellationToken,
                discard: late => _ = LeaveAsync(late)).ConfigureAwait(false);
            outage.End();
            return new GateAnswer(entered, IsTaken: entered is null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            outage.Report(options, nameof(TokenSharingOptions.TryEnterFetch), e);
            return default;
        }
    }

    /// <remarks>Never throws. How long it takes is nobody's concern: this instance has its token.</remarks>
    public async Task LeaveAsync(IAsyncDisposable? entered)
    {
        if (entered is null)
        {
            return;
        }

        try
        {
            await Task.Run(() => entered.DisposeAsync().AsTask(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            outage.Report(options, $"Leaving what {nameof(TokenSharingOptions.TryEnterFetch)} entered", e);
        }
    }
}

/// <summary>What the gate said; neither of the two where it was of no use, so that nobody is kept from a request.</summary>
/// <param name="Entered">What is disposed to leave the gate; null where it was not entered.</param>
/// <param name="IsTaken">Whether another instance is inside.</param>
internal readonly record struct GateAnswer(IAsyncDisposable? Entered, bool IsTaken);
