using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Cache;

/// <summary>All token state of one app: the token in use, the acquisition in flight, and what failures and rejections allow.</summary>
internal sealed class TokenCache(
    object provider, Func<OptionsSnapshot> getOptions, ITokenSource source, TimeProvider timeProvider, ILogger logger, Telemetry telemetry) : IDisposable
{
    // Written under _lock. The volatile fields are also read without it: each is one word or a reference to something immutable.
    private readonly object _lock = new();
    private volatile CachedToken? _cached;    // the current token, if any
    private volatile AccessToken? _previous;  // the one before it, which messages that are sent again may still carry
    private volatile ForcedRenewals _forced = ForcedRenewals.None;
    private volatile bool _isDisposed;
    private OptionsSnapshot? _options;        // what the current token, and all that follows, was acquired with
    private Acquisition? _inFlight;
    private CancellationTokenSource _reset = new(); // cancelled when all of this is dropped
    private Backoff? _backoff;                // kept until a success, because it counts the failures in a row
    private bool _hadToken;                   // whether there was a token of these credentials: until then there is nothing to renew

    /// <summary>Whether it matters that the API accepts a token: only while there is one that replaced a rejected one.</summary>
    public bool AwaitsAcceptance => _forced.Unproven is not null;

    /// <summary>Returns a cached token at once; see <see cref="TokenWait"/> for what happens without one.</summary>
    public ValueTask<AccessToken> GetTokenAsync(CancellationToken cancellationToken) =>
        TryGet() is { } token ? new ValueTask<AccessToken>(token) : TokenWait.RunAsync(this, isAsync: true, getOptions, timeProvider, cancellationToken);

    /// <summary><see cref="GetTokenAsync"/> for a caller that blocks.</summary>
    public AccessToken GetToken(CancellationToken cancellationToken) =>
        TryGet() ?? TokenWait.RunAsync(this, isAsync: false, getOptions, timeProvider, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Whether a value is that of the current token or of the one before it.</summary>
    public bool Knows(string? value) => value is not null && (_cached?.Token.Value == value || _previous?.Value == value);

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, provider);

    /// <returns>A token, or else the acquisition to wait for.</returns>
    public AccessToken? Decide(out Acquisition? acquisition)
    {
        acquisition = null;
        lock (_lock)
        {
            ThrowIfDisposed();
            _options ??= getOptions();
            TimeSpan backoffLeft = _backoff?.Remaining(timeProvider) ?? TimeSpan.Zero;
            TokenUse use = RenewalPolicy.Decide(timeProvider.GetTimestamp(), _cached, _inFlight is not null, backoffLeft);
            if (use == TokenUse.Fail)
            {
                throw _backoff!.Failure.ForBackoff(backoffLeft);
            }

            if (use == TokenUse.Wait)
            {
                acquisition = _inFlight ??= Start(isAhead: false);
                return null;
            }

            if (use == TokenUse.UseAndRenew)
            {
                _inFlight = Start(isAhead: true);
                _cached = _cached!.WithRenewalAt(_cached.UsableUntil);
            }

            return _cached!.Token;
        }
    }

    /// <returns>Whether there is, or may be, another token; not within the pause between forced renewals.</returns>
    public bool TryReplace(AccessToken rejected)
    {
        lock (_lock)
        {
            ThrowIfDisposed();
            // A token past its margin isn't current: its replacement is due anyway, and no rejection forces it.
            if (_cached is not { } cached || timeProvider.GetTimestamp() >= cached.UsableUntil || !cached.Token.HasSameValueAs(rejected))
            {
                return true;
            }

            if (!_forced.MayForceAnother(cached.Window, timeProvider))
            {
                return false;
            }

            _forced = _forced.Rejected(cached.Token);
            Replace(null);
            _backoff = _backoff?.WithoutToken();
        }

        Log.TokenRejected(logger, getOptions().DisplayName);
        return true;
    }

    /// <summary>Records that the Web API accepted a token.</summary>
    public void RecordAcceptance(AccessToken accepted)
    {
        lock (_lock)
        {
            _forced = _forced.Accepted(accepted);
        }
    }

    /// <summary>Adopts changed settings. Other credentials reset everything.</summary>
    public void OnOptionsChanged() => Adopt(isDisposing: false);

    public void Dispose() => Adopt(isDisposing: true);

    private AccessToken? TryGet() => _cached is { } cached && timeProvider.GetTimestamp() < cached.RenewAt ? cached.Token : null;

    private Acquisition Start(bool isAhead)
    {
        AcquisitionRequest request = new(_options!, timeProvider.GetTimestamp())
        {
            Current = _cached?.Acquired,
            IsAhead = isAhead,
            Rejected = _forced.ToReplace,
            BypassStore = _forced.BypassStore,
            ResetCancellation = _reset.Token,
        };
        Acquisition acquisition = new(request, isRenewal: _hadToken, timeProvider);
        acquisition.Start(source, result => OnEnded(acquisition, result));
        return acquisition;
    }

    private void OnEnded(Acquisition acquisition, AcquisitionResult result)
    {
        Action report;
        lock (_lock)
        {
            if (_inFlight != acquisition)
            {
                // Superseded: its callers know, and its token belongs to other credentials.
                return;
            }

            _inFlight = null;
            report = result.Token is { } acquired ? OnAcquired(acquisition, acquired) : OnFailed(acquisition, result.Failure!);
        }

        report();
    }

    private Action OnAcquired(Acquisition acquisition, CachedToken acquired)
    {
        Replace(acquired);
        (_backoff, _hadToken) = (null, true);
        _forced = _forced.Acquired(acquired.Token, isForced: acquisition.Request.Rejected is not null, timeProvider.GetTimestamp());
        return () => acquisition.ReportToken(logger, telemetry, acquired.Token);
    }

    private Action OnFailed(Acquisition acquisition, TokenRequestException failure)
    {
        long now = timeProvider.GetTimestamp();
        if (now >= _cached?.UsableUntil)
        {
            Replace(null);
        }

        TimeSpan usableFor = _cached is null ? TimeSpan.Zero : timeProvider.GetElapsedTime(now, _cached.UsableUntil);
        Backoff backoff = _backoff = Backoff.After(failure, _backoff, now, usableFor);
        CachedToken? current = _cached = _cached?.WithRenewalAt(timeProvider.TimestampAfter(now, backoff.Length));
        return () => acquisition.ReportFailure(logger, backoff, current?.Token);
    }

    private void Replace(CachedToken? next)
    {
        _previous = _cached?.Token ?? _previous;
        _cached = next;
    }

    private void Adopt(bool isDisposing)
    {
        (Acquisition? inFlight, CancellationTokenSource? reset) = (null, null);
        lock (_lock)
        {
            OptionsSnapshot? options = isDisposing ? _options : getOptions();
            _isDisposed |= isDisposing;
            if (isDisposing || _options?.HasSameCredentialsAs(options!) == false)
            {
                (inFlight, reset, _reset) = (_inFlight, _reset, new CancellationTokenSource());
                Replace(null);
                (_inFlight, _backoff, _hadToken, _forced) = (null, null, false, ForcedRenewals.None);
            }

            _options = options;
        }

        // Without the lock, because it runs code of the application.
        Acquisition.Supersede(inFlight, reset);
    }
}
