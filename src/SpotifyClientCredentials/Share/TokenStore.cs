using Microsoft.Extensions.Caching.Distributed;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Share;

/// <summary>One app's token in the store that its instances share: sealed, for a limited time, and never worth an exception.</summary>
internal sealed class TokenStore
{
    private readonly OptionsSnapshot _options;
    private readonly IDistributedCache _cache;
    private readonly TimeSpan _limit;
    private readonly TokenSeal _seal;
    private readonly Outage _outage;
    private readonly TimeProvider _timeProvider;
    private readonly Telemetry _telemetry;

    public TokenStore(OptionsSnapshot options, TokenSharing sharing, Outage outage, TimeProvider timeProvider, Telemetry telemetry)
    {
        _options = options;
        _cache = sharing.Cache;
        _limit = SharingPolicy.CallLimit(sharing.StoreTimeout, options.TokenRequestTimeout);
        _seal = new TokenSeal(options);
        _outage = outage;
        _timeProvider = timeProvider;
        _telemetry = telemetry;
    }

    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<StoreLookup> LookAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        StoreLookup look = await ReadAsync(request, cancellationToken).ConfigureAwait(false);
        _telemetry.LookedUp(_options, look);
        return look;
    }

    /// <summary>Replaces what is in the store. Ends early when <paramref name="writeCancellation"/> says so. Never throws.</summary>
    public async Task WriteAsync(AcquiredToken acquired, CancellationToken writeCancellation)
    {
        TimeSpan age = _timeProvider.GetElapsedTime(acquired.IssuedAt);
        TimeSpan life = SharingPolicy.EntryLife(acquired.Life, _options.RenewalWindow, age);
        if (life <= TimeSpan.Zero || writeCancellation.IsCancellationRequested)
        {
            return;
        }

        byte[] entry = _seal.Seal(new SharedToken { Value = acquired.Token.Value, ExpiresOn = acquired.Token.ExpiresOn, Life = acquired.Life });
        DistributedCacheEntryOptions lifetime = new() { AbsoluteExpirationRelativeToNow = life };
        try
        {
            try
            {
                await CallAsync(end => _cache.SetAsync(_seal.KeyName, entry, lifetime, end), writeCancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not TimeoutException && !writeCancellation.IsCancellationRequested)
            {
                // Redis refuses to overwrite an entry of another type, and would for ever.
                await CallAsync(end => _cache.RemoveAsync(_seal.KeyName, end), writeCancellation).ConfigureAwait(false);
                await CallAsync(end => _cache.SetAsync(_seal.KeyName, entry, lifetime, end), writeCancellation).ConfigureAwait(false);
            }

            _outage.End();
        }
        catch (Exception e) when (writeCancellation.IsCancellationRequested || e is ObjectDisposedException)
        {
            // Nobody wants it there any more; a container that ends may dispose the store before it disposes the provider.
        }
        catch (Exception e)
        {
            _outage.Report(_options, "Writing", e);
        }
    }

    private async Task<StoreLookup> ReadAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        byte[]? entry;
        try
        {
            entry = await BoundedCall.RunAsync(end => _cache.GetAsync(_seal.KeyName, end), _limit, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _outage.Report(_options, "Reading", e);
            return StoreLookup.Trouble;
        }

        if (entry is null)
        {
            return StoreLookup.Miss;
        }

        if (_seal.Open(entry) is not { } stored)
        {
            _outage.Report(_options, $"The entry {_seal.KeyName} was changed, or is of another version of this library; it is overwritten.");
            return StoreLookup.Miss;
        }

        // Not before: that a store answers does not mean that it keeps what it is given.
        _outage.End();
        return Accept(stored, request) is { } token ? new StoreLookup(token) : StoreLookup.Miss;
    }

    private AcquiredToken? Accept(SharedToken stored, AcquisitionRequest request)
    {
        TimeSpan left = SharingPolicy.Left(stored, _timeProvider.GetUtcNow());
        return SharingPolicy.IsHit(stored, left, _options.RenewalWindow, request.Cached?.Token, request.Rejected)
            ? new AcquiredToken(
                new AccessToken(_options.Names, stored.Value, stored.ExpiresOn) { Origin = TokenOrigin.Store },
                _timeProvider.TimestampAfter(_timeProvider.GetTimestamp(), left - stored.Life),
                stored.Life)
            : null;
    }

    private async Task CallAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken) => await BoundedCall.RunAsync(
        async end =>
        {
            await call(end).ConfigureAwait(false);
            return true;
        },
        _limit,
        _timeProvider,
        cancellationToken).ConfigureAwait(false);
}

/// <summary>What a look into the store brought.</summary>
/// <param name="Token">A token that serves, or null.</param>
/// <param name="IsTrouble">Whether the store did not answer as a store does: it makes no sense to wait for what another puts there.</param>
internal readonly record struct StoreLookup(AcquiredToken? Token, bool IsTrouble = false)
{
    public static StoreLookup Miss => default;

    public static StoreLookup Trouble => new(null, IsTrouble: true);
}
