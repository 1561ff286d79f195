using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials;

/// <summary>
/// Holds the application's access token, acquires it when it is first needed, renews it in the background shortly before it expires, and
/// lets any number of callers share one token request.
/// </summary>
/// <remarks>
/// <para>Safe for any number of threads. One instance per Spotify app and process; <c>AddSpotifyClientCredentials</c> registers it as a
/// singleton, keyed by the app's name where one is given.</para>
/// <para>The flow is OAuth 2.0 client credentials: RFC 6749, section 4.4, and
/// https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow.</para>
/// </remarks>
public sealed class ClientCredentialsTokenProvider : IDisposable
{
    // Set once.
    private readonly OptionsSource _credentials;
    private readonly ITokenSource _source;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Telemetry _telemetry;

    // Written under _gate. The volatile ones are also read without it: each is one word or a reference to something immutable.
    private readonly object _gate = new();
    private volatile CachedToken? _cached; // the current token, if any
    private volatile AccessToken? _former; // the one before it, which messages that are sent again may still carry
    private volatile ForcedRenewals _rejections = ForcedRenewals.None;
    private volatile bool _isDisposed;
    private OptionsSnapshot? _adopted;    // what the current token, and all that follows, was acquired with
    private Acquisition? _inFlight;
    private CancellationTokenSource _writeCancellation = new(); // signalled when all of this is dropped, for what is still to be stored elsewhere
    private Backoff? _backoff;       // stays until a success, since it counts the failures in a row
    private bool _hasCached;             // whether a token of these credentials was ever held: until then there is nothing to renew

    /// <summary>Makes a provider without dependency injection.</summary>
    /// <param name="httpClient">
    /// Sends the token requests. It stays the caller's: the provider never disposes it. Its handler should not follow redirects; an answer
    /// that came by one is refused.
    /// </param>
    /// <param name="options">The app's credentials and settings, which are validated and copied.</param>
    /// <param name="timeProvider">The clock; <see cref="TimeProvider.System"/> where it is <see langword="null"/>.</param>
    /// <param name="logger">Where to log; nowhere where it is <see langword="null"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="httpClient"/> or <paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong.</exception>
    public ClientCredentialsTokenProvider(
        HttpClient httpClient,
        SpotifyClientCredentialsOptions options,
        TimeProvider? timeProvider = null,
        ILogger<ClientCredentialsTokenProvider>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(httpClient);
        ArgumentNullException.ThrowIfNull(options);
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = new HarmlessLogger(logger);
        _telemetry = Telemetry.OfProcess;
        _credentials = new OptionsSource(OptionsSnapshot.From(options), _logger);
        _source = new TokenEndpointClient(() => httpClient, _timeProvider, _logger, _telemetry);
    }

    internal ClientCredentialsTokenProvider(
        OptionsSource credentials, ITokenSource source, TimeProvider timeProvider, ILogger logger, Telemetry telemetry)
    {
        _credentials = credentials;
        _source = source;
        _timeProvider = timeProvider;
        _logger = logger;
        _telemetry = telemetry;
        _credentials.Changed += OnCredentialsChanged;
    }

    internal ConfigurationKeys App => _credentials.App;

    internal Uri ApiBaseAddress => _credentials.Current.ApiBaseAddress;

    /// <summary>Where the token may be sent; null while the first options are being built on this flow of execution.</summary>
    internal ApiOrigin? ApiOrigin => _credentials.ApiOrigin;

    /// <summary>
    /// Whether it matters that the API accepts a token: only while there is one that was fetched because another had been rejected.
    /// </summary>
    internal bool AwaitsAcceptance => _rejections.Unproven is not null;

    /// <summary>Whether a header carries the token that is held, or the one before it.</summary>
    internal bool Knows(AuthenticationHeaderValue authorization) =>
        _cached?.Token.Header.Equals(authorization) == true || _former?.Header.Equals(authorization) == true;

    /// <summary>Gets an access token that can be used now.</summary>
    /// <remarks>
    /// <para>A token that is held is returned at once, from memory. Shortly before it expires the next call starts its renewal in the
    /// background and still returns at once. Only where no usable token is held does a call wait, for at most
    /// <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>, and all such callers share one token request.</para>
    /// <para>After a failure there is a short cooldown in which calls that need a new token fail at once and nothing is sent.</para>
    /// <para>Safe for any number of threads.</para>
    /// </remarks>
    /// <param name="cancellationToken">Ends this caller's wait, at once, and nobody else's.</param>
    /// <returns>The token; hand it to <see cref="Invalidate"/> should the API reject it.</returns>
    /// <exception cref="TokenRequestException">No token could be had. Each caller gets its own instance.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="OptionsValidationException">There have been no valid settings yet.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed.</exception>
    public ValueTask<AccessToken> GetTokenAsync(CancellationToken cancellationToken = default) =>
        TryGetFromCache() is { } token ? new ValueTask<AccessToken>(token) : LookAsync(isAsync: true, cancellationToken);

    /// <summary><see cref="GetTokenAsync"/> for a caller that blocks.</summary>
    internal AccessToken GetToken(CancellationToken cancellationToken) =>
        TryGetFromCache() ?? LookAsync(isAsync: false, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Says that the Web API rejected a token with 401, so that the next call gets another.</summary>
    /// <remarks>
    /// <para>Acts only while <paramref name="rejected"/> is the current token: of a thousand callers whose calls were answered 401, one causes
    /// a renewal. Token requests forced in this way are at least a pause apart (30 seconds, or a quarter of the renewal window where that is
    /// less, doubled up to the whole window each time the new token is rejected too); within the pause the token stays.</para>
    /// <para>Safe for any number of threads. <see cref="BearerTokenHandler"/> calls it by itself. RFC 6750, section 3.1.</para>
    /// </remarks>
    /// <param name="rejected">The token that the rejected request carried.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rejected"/> is <see langword="null"/>.</exception>
    /// <exception cref="ObjectDisposedException">The provider is disposed.</exception>
    public void Invalidate(AccessToken rejected)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        _ = TryReplace(rejected);
    }

    /// <summary>Cancels what is in flight; waiting and later calls get <see cref="ObjectDisposedException"/>. Does nothing the second time.</summary>
    /// <remarks>Safe for any number of threads. A provider that a container made is disposed by the container.</remarks>
    public void Dispose()
    {
        ResetState resetState;
        lock (_gate)
        {
            _isDisposed = true;
            resetState = Reset();
        }

        resetState.End();
        _credentials.Changed -= OnCredentialsChanged;
        _credentials.Dispose();
    }

    /// <returns>Whether there is, or may be had, another token; not so within the pause between forced requests.</returns>
    internal bool TryReplace(AccessToken rejected)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            // A token past its margin is no longer current: whatever replaces it is due by itself, and no rejection forces it.
            if (_cached is not { } cached || _timeProvider.GetTimestamp() >= cached.UsableUntil || !cached.Token.HasSameValueAs(rejected))
            {
                return true;
            }

            if (!_rejections.MayForceAnother(cached.Window, _timeProvider))
            {
                return false;
            }

            _rejections = _rejections.Rejected(cached.Token);
            Replace(null);
            _backoff = _backoff?.WithoutToken();
        }

        Log.TokenRejected(_logger, App.ShownName);
        return true;
    }

    /// <summary>Says that the Web API accepted a token: it was not the app that was locked out.</summary>
    internal void Accept(AccessToken accepted)
    {
        lock (_gate)
        {
            _rejections = _rejections.Accepted(accepted);
        }
    }

    private AccessToken? TryGetFromCache()
    {
        CachedToken? cached = _cached;
        return cached is not null && _timeProvider.GetTimestamp() < cached.RenewAt ? cached.Token : null;
    }

    private async ValueTask<AccessToken> LookAsync(bool isAsync, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        // The first look builds the options, which runs code of others: not under the lock, and not in the time that a token may take.
        _ = _credentials.Current;
        long startedAt = _timeProvider.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            OptionsSnapshot options = _credentials.Current;
            // Less than all of it where changed credentials superseded what this caller first waited for.
            TimeSpan left = options.TokenRequestTimeout - _timeProvider.GetElapsedTime(startedAt);
            if (left <= TimeSpan.Zero)
            {
                throw TokenRequestFailure.OutOfTime(options);
            }

            if (Decide(out Acquisition? acquisition) is { } token)
            {
                return token;
            }

            AcquisitionResult result;
            try
            {
                result = isAsync
                    ? await acquisition!.WaitAsync(left, cancellationToken).ConfigureAwait(false)
                    : acquisition!.Wait(left, cancellationToken);
            }
            catch (TimeoutException)
            {
                throw TokenRequestFailure.OutOfTime(options);
            }

            // Its margin may have passed since it came: a machine was suspended, or the pool had no thread to bring it here.
            if (result.Acquired is { } acquired && _timeProvider.GetTimestamp() < acquired.UsableUntil)
            {
                return acquired.Token;
            }

            if (result.Failure is not null)
            {
                throw result.Failure.ForWaiter();
            }
        }
    }

    /// <returns>A token, or else the acquisition to wait for.</returns>
    private AccessToken? Decide(out Acquisition? acquisition)
    {
        acquisition = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _adopted ??= _credentials.Current;
            long now = _timeProvider.GetTimestamp();
            TimeSpan backoffLeft = _backoff?.Left(_timeProvider) ?? TimeSpan.Zero;
            switch (RenewalPolicy.Decide(now, _cached, _inFlight is not null, backoffLeft))
            {
                case TokenUse.Use:
                    return _cached!.Token;

                case TokenUse.UseAndRenew:
                    _inFlight = Start(isAhead: true);
                    _cached = _cached!.WithRenewalAt(_cached.UsableUntil);
                    return _cached.Token;

                case TokenUse.BackOff:
                    throw _backoff!.Failure.ForBackoff(backoffLeft);

                default:
                    acquisition = _inFlight ??= Start(isAhead: false);
                    return null;
            }
        }
    }

    private Acquisition Start(bool isAhead)
    {
        AcquisitionRequest request = new(_adopted!, _timeProvider.GetTimestamp())
        {
            Cached = _cached,
            IsAhead = isAhead,
            IsRenewal = _hasCached,
            Rejected = _rejections.ToReplace,
            IsStoreRuledOut = _rejections.IsStoreRuledOut,
            WriteCancellation = _writeCancellation.Token,
        };
        Acquisition acquisition = new(request, _timeProvider);
        // Unsafe means: without the ExecutionContext of the caller, whose trace, culture and log scopes have no part in this.
        ThreadPool.UnsafeQueueUserWorkItem(started => _ = RunAsync(started), acquisition, preferLocal: false);
        return acquisition;
    }

    private async Task RunAsync(Acquisition acquisition)
    {
        using (acquisition)
        {
            AcquisitionResult result = await acquisition.AcquireAsync(_source).ConfigureAwait(false);
            try
            {
                Settle(acquisition, result);
            }
            finally
            {
                acquisition.Complete(result);
            }
        }
    }

    private void Settle(Acquisition acquisition, AcquisitionResult result)
    {
        CachedToken? cached;
        Backoff? backoff;
        lock (_gate)
        {
            if (_inFlight != acquisition)
            {
                // Superseded: its waiters have been told, and its token belongs to credentials that are no longer ours.
                return;
            }

            _inFlight = null;
            if (result.Acquired is { } acquired)
            {
                Hold(acquired, acquisition.Request.Rejected);
            }
            else
            {
                BackOff(result.Failure!);
            }

            (cached, backoff) = (_cached, _backoff);
        }

        Log.Settled(_logger, acquisition, result, cached, backoff);
        _telemetry.Settled(acquisition, result);
    }

    private void Hold(CachedToken acquired, AccessToken? rejected)
    {
        Replace(acquired);
        _hasCached = true;
        _backoff = null;
        _rejections = _rejections.Acquired(acquired.Token, isForced: rejected is not null, _timeProvider.GetTimestamp());
    }

    private void Replace(CachedToken? next)
    {
        _former = _cached?.Token ?? _former;
        _cached = next;
    }

    private void BackOff(TokenRequestException failure)
    {
        long now = _timeProvider.GetTimestamp();
        if (now >= _cached?.UsableUntil)
        {
            Replace(null);
        }

        TimeSpan usableFor = _cached is null ? TimeSpan.Zero : _timeProvider.GetElapsedTime(now, _cached.UsableUntil);
        _backoff = Backoff.After(failure, _backoff, now, usableFor);
        _cached = _cached?.WithRenewalAt(_timeProvider.TimestampAfter(now, _backoff.Length));
    }

    private void OnCredentialsChanged()
    {
        ResetState? resetState = null;
        lock (_gate)
        {
            OptionsSnapshot current = _credentials.Current;
            if (_adopted?.HasSameCredentialsAs(current) == false)
            {
                resetState = Reset();
            }

            _adopted = current;
        }

        resetState?.End();
    }

    private ResetState Reset()
    {
        ResetState resetState = new(_inFlight, _writeCancellation);
        _writeCancellation = new CancellationTokenSource();
        _inFlight = null;
        Replace(null);
        _hasCached = false;
        _backoff = null;
        _rejections = ForcedRenewals.None;
        return resetState;
    }

    // Ended without the lock, since that runs code of others.
    private readonly record struct ResetState(Acquisition? InFlight, CancellationTokenSource WriteCancellation)
    {
        public void End()
        {
            InFlight?.Supersede();
            WriteCancellation.CancelQuietly();
        }
    }
}
