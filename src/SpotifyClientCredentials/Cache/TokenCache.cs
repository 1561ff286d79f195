using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Cache;

/// <summary>
/// Where the events of one app's tokens come together. Under a lock, each of them changes the state (<see cref="TokenState"/>), and a call gets
/// what the state allows (<see cref="RenewalPolicy"/>).
/// </summary>
internal sealed class TokenCache(object provider, ITokenSource source, TimeProvider timeProvider, ILogger logger, Telemetry telemetry) : IDisposable
{
    // Written under _lock. The volatile fields are also read without it.
    private readonly object _lock = new();
    private volatile TokenState _state = TokenState.Initial;
    private bool _isDisposed;
    private volatile OptionsSnapshot? _options;      // the settings whose credentials the state belongs to
    private Acquisition? _inFlight;
    private BackoffEnd? _backoffEnd;
    private CancellationTokenSource _reset = new();  // cancelled when all of this is dropped
    private LogLevel _loggedOutage;                  // how severe the outage is that was logged; Trace if none was

    /// <summary>The state after the last event. Immutable, so it's read without the lock.</summary>
    public TokenState State => _state;

    /// <summary>The current token, if a call can have it and there is nothing else to do.</summary>
    public AccessToken? TryGet() => _state.Current is { } current && timeProvider.GetUtcNow() < current.FreeUntil ? current.Token : null;

    /// <summary>Whether the 401s of a path are about the path and not about the token.</summary>
    public bool RefusesEveryToken(string path) => _state.Refused.Contains(path, timeProvider.GetTimestamp());

    /// <summary>Whether a call may use a token though it was rejected: it's the current one, still usable, and the Web API has accepted it before.</summary>
    public bool IsGood(AccessToken token) => _state is var state && state.HasAccepted(token) && state.Current!.IsUsable(timeProvider);

    /// <summary>A call needs a token.</summary>
    public TokenDecision OnRequested(in TokenCall call)
    {
        bool isFirstRejection = false;
        TokenDecision decision;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, provider);
            _options ??= call.Options;
            if (_state.Current is { } current && !current.IsUsable(timeProvider))
            {
                _state = _state.Expired();
            }
            else if (call.Rejected is { } rejected && _state.Current?.Token.HasSameValueAs(rejected) == true)
            {
                isFirstRejection = !_state.Current.WasRejected;
                _state = _state.Rejected();
            }

            decision = Apply(RenewalPolicy.Decide(_state, call, _inFlight is not null, timeProvider), call);
        }

        if (isFirstRejection)
        {
            Log.TokenRejected(logger, call.Options.DisplayName);
        }

        return decision;
    }

    /// <summary>The Web API rejected a token. Replaces it as far as that is allowed, without a call that waits for another.</summary>
    public void OnRejected(AccessToken token) => OnRequested(new TokenCall(_options!, token, TimeSpan.MaxValue, HasFailed: false));

    /// <summary>The Web API accepted a token on a path.</summary>
    public void OnAccepted(AccessToken token, string path)
    {
        lock (_lock)
        {
            _state = _state.Accepted(token, path, timeProvider.GetTimestamp());
        }
    }

    /// <summary>A path refused a token that had just replaced another.</summary>
    public void OnRefusedByPath(AccessToken token, string path)
    {
        lock (_lock)
        {
            _state = _state.RefusedByPath(token, path, timeProvider);
        }
    }

    /// <summary>A call got no token. If there is none, that's logged once per outage, and once more if it turns out to be permanent.</summary>
    public void OnUnavailable(OptionsSnapshot options, TokenRequestException failure)
    {
        LogLevel level = failure.IsTransient ? LogLevel.Warning : LogLevel.Error;
        lock (_lock)
        {
            if (level <= _loggedOutage || _state.Current?.IsUsable(timeProvider) == true)
            {
                return;
            }

            _loggedOutage = level;
        }

        Log.NoToken(logger, level, options.DisplayName, failure.Message);
    }

    /// <summary>The settings changed. Other credentials reset everything.</summary>
    /// <param name="getOptions">Gets the current ones, under the lock: of two changes, the later one counts.</param>
    public void OnOptionsChanged(Func<OptionsSnapshot> getOptions) => Adopt(getOptions);

    public void Dispose() => Adopt(getOptions: null);

    private TokenDecision Apply(TokenUse use, in TokenCall call) => use switch
    {
        TokenUse.Use => new TokenDecision(Token: _state.Current!.Token),
        TokenUse.UseAndRenew => new TokenDecision(Token: Start(isAhead: true).Request.Current!.Token),
        TokenUse.Join => new TokenDecision(Acquisition: _inFlight),
        TokenUse.Start => new TokenDecision(Acquisition: Start()),
        TokenUse.Replace => new TokenDecision(Acquisition: Start(rejected: _state.Current)),
        // Its timer may fire a little before the clock says so.
        TokenUse.WaitForBackoff when _backoffEnd!.Over.IsCompleted => new TokenDecision(Acquisition: Start()),
        TokenUse.WaitForBackoff => new TokenDecision(BackoffEnd: _backoffEnd!.In(_state.BackoffLeft(timeProvider))),
        TokenUse.TimeOut => new TokenDecision(Failure: TokenRequestFailure.TimedOut(call.Options)),
        TokenUse.FailForNow => new TokenDecision(Failure: TokenRequestFailure.NotReplaced(call.Options, _state.ForcedWait(timeProvider))),
        _ => new TokenDecision(Failure: _state.Backoff!.Failure.ForCaller(call.HasFailed, _state.BackoffLeft(timeProvider))),
    };

    private Acquisition Start(bool isAhead = false, CachedToken? rejected = null)
    {
        AcquisitionRequest request = new(_options!, timeProvider.GetTimestamp())
        {
            Current = _state.Current?.Acquired,
            IsAhead = isAhead,
            Rejected = rejected?.Token,
            // The store's replacement of a rejected token was rejected too.
            BypassStore = rejected is { IsForced: true, IsAccepted: false, Token.IsFromStore: true },
            ResetCancellation = _reset.Token,
        };
        Acquisition acquisition = _inFlight = new Acquisition(request, timeProvider);
        _state = isAhead || rejected is not null ? _state.Renewing() : _state;
        // The clock that didn't fire its timer may be the one that stood still.
        _backoffEnd?.Complete();
        acquisition.Start(source, result => OnEnded(acquisition, result));
        return acquisition;
    }

    private void OnEnded(Acquisition acquisition, AcquisitionResult result)
    {
        TokenState state;
        lock (_lock)
        {
            if (_inFlight != acquisition)
            {
                // Superseded: its callers know, and its token belongs to other credentials.
                return;
            }

            _inFlight = null;
            if (result.Token is { } acquired)
            {
                state = _state = _state.Acquired(acquired, isForced: acquisition.Request.Rejected is not null, timeProvider);
                _loggedOutage = LogLevel.Trace;
            }
            else
            {
                state = _state = _state.Failed(result.Failure!, timeProvider);
                // Set now and not by the first caller that waits for it: the clock could move in between.
                _backoffEnd = new BackoffEnd(state.Backoff!.Length, timeProvider);
            }
        }

        acquisition.Report(logger, telemetry, state);
    }

    private void Adopt(Func<OptionsSnapshot>? getOptions)
    {
        (Acquisition? inFlight, CancellationTokenSource? reset) = (null, null);
        lock (_lock)
        {
            OptionsSnapshot? options = getOptions?.Invoke();
            _isDisposed |= options is null;
            if (options is null || _options?.HasSameCredentialsAs(options) == false)
            {
                (inFlight, _inFlight) = (_inFlight, null);
                (reset, _reset) = (_reset, new CancellationTokenSource());
                _state = _state.CredentialsChanged();
                _loggedOutage = LogLevel.Trace;
                _backoffEnd?.Complete();
            }

            _options = options;
        }

        // Without the lock, because it runs code of the application.
        Acquisition.Supersede(inFlight, reset);
    }
}
