using System.Net;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Limit;

/// <summary>
/// What one app knows of Spotify's rate limit: what is closed, how many calls may be sent, and who waits. All handlers of the app in the
/// process share it. Thread-safe.
/// </summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/concepts/rate-limits</remarks>
internal sealed class RateLimiter : IDisposable
{
    private readonly object _lock = new(); // guards all that is written here, and what it refers to
    private readonly RateLimitScopes _scopes;
    private readonly RateLimitQueue _queue;
    private readonly RateLimitTelemetry _telemetry;
    private readonly ILogger _logger;
    private ITimer? _timer; // null until somebody waits
    private long _resetAs; // calls that were sent before this closing count for nothing
    private volatile OptionsSnapshot? _options; // this and the next ones are also read without the lock
    private volatile CallHistory _history;
    private volatile bool _concernsAllCalls;
    private volatile HashSet<string>? _restrictedPaths;
    private long _closings;

    public RateLimiter(string appName, TimeProvider clock, ILogger logger, RateLimitTelemetry telemetry)
    {
        (AppName, Clock, _logger, _telemetry) = (appName, clock, logger, telemetry);
        _scopes = new RateLimitScopes(clock);
        _queue = new RateLimitQueue(_scopes);
        _history = new CallHistory(clock);
        telemetry.ObserveRemaining(appName, GetRemaining);
    }

    public string AppName { get; }

    public TimeProvider Clock { get; }

    /// <summary>The number of closings so far, by which a response knows what closed while its call was in flight.</summary>
    public long Closings => Volatile.Read(ref _closings);

    /// <summary>Whether a request may be sent at once, without taking the lock.</summary>
    public bool IsFree(HttpMethod method, Uri address) =>
        !_concernsAllCalls && (_restrictedPaths is not { } paths || !paths.Contains(UnauthorizedRetry.PathOf(method, address)));

    /// <summary>Counts a response without taking the lock, if nothing else depends on it.</summary>
    public bool TryCount(HttpMethod method, Uri address, HttpStatusCode status, long sentAfter)
    {
        bool isFree = status != HttpStatusCode.TooManyRequests && sentAfter == Closings && IsFree(method, address);
        if (isFree)
        {
            _history.Add(wasAllowed: true);
        }

        return isFree;
    }

    /// <summary>Another client id is another app to Spotify: nothing is closed for it.</summary>
    /// <param name="options">The settings, or null if they aren't known yet.</param>
    public void Adopt(OptionsSnapshot? options)
    {
        if (options is not null && !ReferenceEquals(_options, options))
        {
            OnChanged(options);
        }
    }

    /// <summary>A call comes. It may be sent, has to wait, or is refused.</summary>
    /// <param name="path">The method and the path, with ids as one.</param>
    /// <param name="maxWait">The longest time that it may wait.</param>
    public RateLimitedCall Enter(string path, TimeSpan maxWait)
    {
        RateLimitedCall call = new(path);
        Update(() =>
        {
            _queue.Add(call);
            return DispatchOrRefuse(call, maxWait);
        });
        return call;
    }

    public void OnHeldBack() => _telemetry.CallHeldBack(AppName);

    /// <summary>A call has waited as long as it may: it's refused, unless it may be sent just now.</summary>
    public void OnWaited(RateLimitedCall call) => Update(() => DispatchOrRefuse(call, maxWait: TimeSpan.Zero));

    /// <summary>A call ended without a response of the Web API.</summary>
    public void OnFailed(RateLimitedCall call, bool wasSent) => Update(() =>
    {
        if (!_queue.Remove(call))
        {
            End(call, wasSent, wasAllowed: false);
        }

        return [];
    });

    public void OnResponse(RateLimitedCall call, HttpStatusCode status, TimeSpan? retryAfter) => Update(() =>
    {
        if (call.SentAfter < _resetAs)
        {
            return [];
        }

        bool isAllowed = status != HttpStatusCode.TooManyRequests;
        End(call, wasSent: true, isAllowed);
        if (isAllowed)
        {
            return [];
        }

        Volatile.Write(ref _closings, _closings + 1);
        return _scopes.OnRejected(call, retryAfter, _closings, _history).Select(LogClosing);
    });

    /// <summary>Lets everybody go.</summary>
    public void Dispose()
    {
        Update(Reset);
        _timer?.Dispose();
    }

    /// <param name="change">Changes the state under the lock, and returns what is to be logged.</param>
    private void Update(Func<IEnumerable<Action>> change)
    {
        Action[] log;
        lock (_lock)
        {
            log = [.. change(), .. Dispatch()];
            (_concernsAllCalls, _restrictedPaths) = (!_queue.IsEmpty || _scopes.ConcernAllCalls, _scopes.RestrictedPaths());
            if (!_queue.IsEmpty)
            {
                _timer ??= Clock.CreateTimer(_ => Update(() => []), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(_queue.TimeUntilChange(), Timeout.InfiniteTimeSpan);
            }
        }

        Array.ForEach(log, write => write());
    }

    private void End(RateLimitedCall call, bool wasSent, bool wasAllowed)
    {
        _scopes.OnEnded(call, wasSent, wasAllowed);
        if (wasSent)
        {
            _history.Add(wasAllowed);
        }
    }

    private IEnumerable<Action> DispatchOrRefuse(RateLimitedCall call, TimeSpan maxWait)
    {
        IEnumerable<Action> log = Dispatch();
        if (!call.Admitted.IsCompleted && _queue.TimeUntilAdmission(call) is var time && (maxWait <= TimeSpan.Zero || time > maxWait))
        {
            call.RetryAfter = time;
            _queue.Remove(call);
            _telemetry.CallRefused(AppName);
        }

        return log;
    }

    private Action[] Dispatch() => Array.ConvertAll(_queue.Dispatch(_closings), LogOpening);

    // A method of its own, so that the delegate is allocated only for a change.
    private void OnChanged(OptionsSnapshot options) => Update(() =>
    {
        (OptionsSnapshot? previous, _options) = (_options, options);
        return previous is not null && previous.ClientId != options.ClientId ? Reset() : [];
    });

    private IEnumerable<Action> Reset()
    {
        _resetAs = _closings + 1;
        Volatile.Write(ref _closings, _resetAs);
        _history = new CallHistory(Clock);
        _scopes.Clear();
        return [];
    }

    private TimeSpan GetRemaining()
    {
        lock (_lock)
        {
            return _scopes.Remaining;
        }
    }

    private Action LogClosing(RateLimitScope scope)
    {
        (TimeSpan time, int? budget) = (scope.ClosedFor, scope.Budget?.Limit);
        return () => RateLimitLog.Closed(_logger, OptionsSnapshot.DisplayNameOf(AppName), scope.ToString(), time, budget);
    }

    private Action LogOpening(RateLimitScope scope) => () => RateLimitLog.Opened(_logger, OptionsSnapshot.DisplayNameOf(AppName), scope.ToString());
}
