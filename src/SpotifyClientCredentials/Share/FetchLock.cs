using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Share;

/// <summary>The gate that lets one instance at a time request a token, where the application has given one. Never worth an exception.</summary>
internal sealed class FetchLock(
    Func<CancellationToken, ValueTask<IAsyncDisposable?>> tryEnter, TimeSpan limit, OptionsSnapshot options, Outage outage, TimeProvider timeProvider)
{
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<FetchLockResult> TryEnterAsync(CancellationToken cancellationToken)
    {
        try
        {
            IAsyncDisposable? entered = await BoundedCall.RunAsync(
                async end => await tryEnter(end).ConfigureAwait(false),
                limit,
                timeProvider,
                cancellationToken,
                discard: late => _ = LeaveAsync(late)).ConfigureAwait(false);
            outage.End();
            return new FetchLockResult(entered, IsTaken: entered is null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            outage.Report(options, nameof(TokenSharingOptions.TryAcquireLock), e);
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
            outage.Report(options, $"Leaving what {nameof(TokenSharingOptions.TryAcquireLock)} entered", e);
        }
    }
}

/// <summary>What the gate said; neither of the two where it was of no use, so that nobody is kept from a request.</summary>
/// <param name="Entered">What is disposed to leave the gate; null where it was not entered.</param>
/// <param name="IsTaken">Whether another instance is inside.</param>
internal readonly record struct FetchLockResult(IAsyncDisposable? Entered, bool IsTaken);
