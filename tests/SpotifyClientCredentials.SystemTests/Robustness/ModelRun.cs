using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>Runs one sequence of operations on a provider and a handler, and compares each outcome with the <see cref="Model"/>.</summary>
internal sealed class ModelRun : IDisposable
{
    // After the first hang the run has failed, and shrinking to a shorter sequence need not wait as long each time.
    private static TimeSpan _hangLimit = TimeSpan.FromSeconds(30);

    private readonly WatchedTimeProvider _clock = new();
    private readonly Model _model = new();
    private readonly ChangeableOptions _options;
    private readonly RecordingLoggerProvider _log = new();
    private readonly ScriptedTokenSource _source;
    private readonly ModelApi _api = new();
    private readonly ClientCredentialsTokenProvider _provider;
    private readonly HttpMessageInvoker _client;
    private readonly List<PendingCall> _pending = [];
    private readonly List<AccessToken> _tokens = [];
    private readonly ConcurrentDictionary<string, int> _tally;
    private bool _isDisposed;
    private bool _hasOptions;
    private int _started;

    public ModelRun(bool startsValid, ConcurrentDictionary<string, int> tally)
    {
        _tally = tally;
        _options = new ChangeableOptions { IsValid = startsValid };
        _source = new ScriptedTokenSource(_clock);
        var logger = _log.ForProvider();
        _provider = new ClientCredentialsTokenProvider(new OptionsSource(() => _options, [_options], new ConfigurationKeys(""), logger), _source, _clock, logger, Telemetry.Shared);
        _client = new HttpMessageInvoker(new BearerTokenHandler(_provider) { InnerHandler = _api });
    }

    private ScriptedAcquisition InFlight => _source.Acquisitions[^1];

    public void Do(Operation operation)
    {
        bool isDone = operation.Kind switch
        {
            Kind.GetToken => Call(isApi: false),
            Kind.CallApi => Call(isApi: true),
            Kind.CallApiBlocking => CallBlocking(),
            Kind.Cancel => Cancel(operation.Choice),
            Kind.Step => Step(operation.Time),
            Kind.JumpWallClock => Done(() => _clock.WallClockError = operation.Time * (operation.Choice % 2 == 0 ? 1 : -1)),
            Kind.Grant => _model.InFlightSince is not null && Grant(operation.Time),
            Kind.FailTransiently => _model.InFlightSince is not null && Fail(isTransient: true, TimeSpan.Zero),
            Kind.FailWithRetryAfter => _model.InFlightSince is not null && Fail(isTransient: true, operation.Time),
            Kind.FailPermanently => _model.InFlightSince is not null && Fail(isTransient: false, TimeSpan.Zero),
            Kind.RejectToken => _model.Cached is not null && Done(() => _api.Rejected.TryAdd(_model.Cached, true)),
            Kind.RejectEverything => Done(() => _api.RejectsEverything = true),
            Kind.AcceptAgain => Done(() => _api.RejectsEverything = false),
            Kind.InvalidateCurrent => _tokens.Count > 0 && _model.Cached == _tokens[^1].Value && Invalidate(_tokens[^1]),
            Kind.InvalidateOld => _tokens.Count > 1 && Invalidate(_tokens[operation.Choice % (_tokens.Count - 1)]),
            Kind.ReloadCredentials => Reload(() => _options.Secret++, changesCredentials: true),
            Kind.ReloadSameCredentials => Reload(() => { }, changesCredentials: false),
            Kind.ReloadOtherSetting => Reload(() => _options.RenewalWindow = operation.Time / 4, changesCredentials: false),
            Kind.ReloadInvalid => ReloadInvalid(),
            Kind.Dispose => !_isDisposed && operation.Choice % 5 == 0 && DisposeProvider(),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
        if (isDone)
        {
            Count(operation.Kind.ToString());
        }

        Assert.Equal(_started, _source.Acquisitions.Count);
        Assert.True(_source.Acquisitions.Count(acquisition => !acquisition.Task.IsCompleted) <= 1, "Two acquisitions are in flight.");
    }

    public void Dispose()
    {
        _provider.Dispose();
        _client.Dispose();
    }

    /// <summary>Disposes the provider if the sequence has not, and checks that nothing is still running.</summary>
    public void End()
    {
        if (!_isDisposed)
        {
            DisposeProvider();
        }

        Assert.All(_source.Acquisitions, acquisition => Assert.True(acquisition.Task.IsCompleted, "An acquisition is still running after Dispose."));
    }

    private static bool Done(Action action)
    {
        action();
        return true;
    }

    private bool Call(bool isApi)
    {
        PendingCall call = new(isApi) { Deadline = _model.Now + Model.Timeout };
        int sent = _api.Sent;
        call.Task = isApi ? SendAsync(call) : GetTokenAsync(call);
        if (isApi && !_hasOptions)
        {
            // The handler reads the API's address even if the provider is disposed.
            if (!_options.IsValid)
            {
                AssertEnds<OptionsValidationException>(call);
                return true;
            }

            _hasOptions = true;
        }

        AssertDecision(call, "without waiting");
        if (isApi && call.Token is not null)
        {
            Assert.Equal(sent + 1, _api.Sent);
            AssertApiResponse(call, "without waiting");
        }

        return true;
    }

    private async Task<object> GetTokenAsync(PendingCall call) => (await _provider.GetTokenAsync(call.Cancellation.Token)).Value;

    private async Task<object> SendAsync(PendingCall call)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "https://api.spotify.com/v1/tracks/1");
        using HttpResponseMessage response = await _client.SendAsync(request, call.Cancellation.Token);
        return response.StatusCode;
    }

    // Blocks a thread, so it runs only if the model predicts that the call won't wait.
    private bool CallBlocking()
    {
        if (!_model.IsUsable || !_api.Accepts(_model.Cached!) || _isDisposed)
        {
            return false;
        }

        using HttpRequestMessage request = new(HttpMethod.Get, "https://api.spotify.com/v1/tracks/1");
        using HttpResponseMessage response = _client.Send(request, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(_model.Cached, _api.LastToken);
        ObserveRenewal();
        _model.Accept(_model.Cached!);
        return true;
    }

    /// <summary>Checks what the provider did with a call.</summary>
    private void AssertDecision(PendingCall call, string how)
    {
        if (_isDisposed)
        {
            AssertEnds<ObjectDisposedException>(call);
        }
        else if (!_hasOptions && !_options.IsValid)
        {
            AssertEnds<OptionsValidationException>(call);
        }
        else if (_model.IsUsable)
        {
            _hasOptions = true;
            call.Token = _model.Cached;
            ObserveRenewal();
            if (!call.IsApi)
            {
                Assert.True(call.Task.IsCompletedSuccessfully, "A caller waits although a usable token exists.");
                AssertEnds(call, _model.Cached!, how);
            }
        }
        else
        {
            _hasOptions = true;
            AssertDecisionWithoutToken(call);
        }
    }

    private void AssertDecisionWithoutToken(PendingCall call)
    {
        if (_model.InFlightSince is null)
        {
            if (!IsAcquiring())
            {
                Assert.False(_model.MayRequest, "No acquisition was started although none is in flight and no backoff forbids it.");
                TokenRequestException failure = AssertEnds<TokenRequestException>(call, "in backoff");
                Assert.IsType<TokenRequestException>(failure.InnerException);
                Assert.NotNull(failure.RetryAfter);
                return;
            }

            Assert.True(_model.MightRequest, "An acquisition was started during the backoff.");
            AcquisitionStarted();
        }

        if (!_pending.Contains(call))
        {
            _pending.Add(call);
        }
    }

    private void ObserveRenewal()
    {
        if (_model.InFlightSince is null && IsAcquiring())
        {
            // A call that got a 401 from the API may have forced this acquisition after it got its token.
            Assert.True(Until(() => _source.Acquisitions.Count > _started), "An acquisition in flight did not call the token source.");
            if (InFlight.Rejected is null)
            {
                Assert.True(_model.MayRenew, $"A token was renewed too early, or during the backoff: {_model}.");
                AcquisitionStarted();
                Count("renewed ahead");
            }
        }

        Assert.False(_model.MustRenew, "A token was not renewed within its window.");
    }

    private void AcquisitionStarted()
    {
        _model.Start();
        _started++;
        Until(() => _source.Acquisitions.Count >= _started);
    }

    /// <summary>Checks what the handler did with the response of the API to a call.</summary>
    private void AssertApiResponse(PendingCall call, string how)
    {
        string token = call.Token!;
        if (_api.Accepts(token))
        {
            AssertEnds(call, HttpStatusCode.OK, how);
            _model.Accept(token);
        }
        else if (call.WasResent || !_model.Reject(token))
        {
            AssertEnds(call, HttpStatusCode.Unauthorized, how);
            Count(call.WasResent ? "rejected twice" : "replacement refused");
        }
        else
        {
            call.WasResent = true;
            call.Token = null;
            call.Deadline = _model.Now + Model.Timeout;
            Count("renewal after 401");
            // A call that waited continues on another thread.
            Assert.True(Until(() => call.Task.IsCompleted || IsAcquiring()), "The rejected token was not replaced.");
            AssertDecisionWithoutToken(call);
        }
    }

    private bool Grant(TimeSpan lifetime)
    {
        int sent = _api.Sent;
        ScriptedAcquisition acquisition = InFlight;
        string value = $"token-{acquisition.Number}";
        _api.UsableUntil[value] = _model.UsableUntilOf(lifetime);
        Complete(() => acquisition.Grant(lifetime));
        if (!_model.Grant(value, lifetime))
        {
            AssertAllEnd<TokenRequestException>("expired on arrival");
            return true;
        }

        _tokens.Add(acquisition.Task.Result.Token);
        PendingCall[] waiters = [.. _pending];
        _pending.Clear();
        Until(() => _api.Sent >= sent + waiters.Count(call => call.IsApi));
        foreach (PendingCall call in waiters)
        {
            call.Token = value;
            if (call.IsApi)
            {
                AssertApiResponse(call, "after waiting");
            }
            else
            {
                AssertEnds(call, value, "after waiting");
            }
        }

        return true;
    }

    private bool Fail(bool isTransient, TimeSpan retryAfter)
    {
        Complete(() => InFlight.Fail(new TokenRequestException("scripted", isTransient) { RetryAfter = retryAfter > TimeSpan.Zero ? retryAfter : null }));
        _model.Fail(isTransient, retryAfter);
        AssertAllEnd<TokenRequestException>("shared failure");
        return true;
    }

    private bool Cancel(int choice)
    {
        if (_pending.Count == 0)
        {
            return false;
        }

        PendingCall call = _pending[choice % _pending.Count];
        _pending.Remove(call);
        call.Cancellation.Cancel();
        AssertEnds<OperationCanceledException>(call);
        return true;
    }

    private bool Step(TimeSpan time)
    {
        TimeSpan end = _model.Now + time;
        while (true)
        {
            TimeSpan limit = _model.InFlightSince + Model.Timeout ?? TimeSpan.MaxValue;
            TimeSpan next = _pending.Select(call => call.Deadline).Append(limit).Min();
            if (next > end)
            {
                break;
            }

            if (next == limit)
            {
                Complete(() => Advance(next - _model.Now));
                _model.Fail(isTransient: true, TimeSpan.Zero);
                AssertAllEnd<TokenRequestException>("time limit");
            }
            else
            {
                Advance(next - _model.Now);
                foreach (PendingCall call in _pending.Where(call => call.Deadline == next).ToArray())
                {
                    _pending.Remove(call);
                    AssertEnds<TokenRequestException>(call, "own time limit");
                }
            }
        }

        Advance(end - _model.Now);
        return true;
    }

    private void Advance(TimeSpan time)
    {
        _model.Now += time;
        _api.Now = _model.Now;
        _clock.Advance(time);
    }

    private bool Invalidate(AccessToken token)
    {
        if (_isDisposed)
        {
            Assert.Throws<ObjectDisposedException>(() => _provider.Invalidate(token));
            return true;
        }

        _provider.Invalidate(token);
        _model.Reject(token.Value);
        return true;
    }

    private bool Reload(Action change, bool changesCredentials)
    {
        bool isSuperseding = changesCredentials && _hasOptions && !_isDisposed;
        ScriptedAcquisition? old = _model.InFlightSince is null ? null : InFlight;
        int timers = _clock.Timers.Count;
        change();
        _options.IsValid = true;
        _options.Fire();
        _model.RenewalWindow = _options.RenewalWindow;
        if (!isSuperseding)
        {
            return true;
        }

        Assert.True(old?.CancellationToken.IsCancellationRequested ?? true, "The acquisition for old credentials was not cancelled.");
        _model.Reset();
        if (_pending.Count > 0)
        {
            Count("waiters moved to the new acquisition");
            AcquisitionStarted();
            // A caller with less time left than the new acquisition sets a timer, and must do so before the clock advances.
            int limited = _pending.Count(call => call.Deadline < _model.Now + Model.Timeout);
            Assert.True(Until(() => _clock.Timers.Count > timers + limited), "A waiter did not move to the new acquisition.");
        }

        return true;
    }

    private bool ReloadInvalid()
    {
        int logged = _log.Events(8).Count();
        _options.IsValid = false;
        _options.Fire();
        Assert.Equal(logged + (_hasOptions && !_isDisposed ? 1 : 0), _log.Events(8).Count());
        return true;
    }

    private bool DisposeProvider()
    {
        _isDisposed = true;
        _provider.Dispose();
        _model.Reset();
        AssertAllEnd<ObjectDisposedException>("disposed");
        return true;
    }

    private void AssertAllEnd<TException>(string how)
        where TException : Exception
    {
        TException[] failures = [.. _pending.Select(call => AssertEnds<TException>(call, how))];
        Assert.Equal(failures.Length, failures.Distinct(ReferenceEqualityComparer.Instance).Count());
        _pending.Clear();
    }

    private TException AssertEnds<TException>(PendingCall call, string how = "")
        where TException : Exception
    {
        Assert.True(Until(() => call.Task.IsCompleted), $"A caller hangs instead of {typeof(TException).Name}.");
        Exception? failure = call.Task.IsCanceled ? new OperationCanceledException() : call.Task.Exception?.InnerException;
        Count($"{(call.IsApi ? "call" : "token")}: {typeof(TException).Name} {how}");
        return failure as TException ?? throw new Xunit.Sdk.XunitException($"Expected {typeof(TException).Name}, got {failure?.ToString() ?? call.Task.Result}.");
    }

    private void AssertEnds(PendingCall call, object result, string how)
    {
        Assert.True(Until(() => call.Task.IsCompleted), $"A caller hangs instead of {result}.");
        Count($"{(call.IsApi ? $"call: {result}" : "token: token")} {how}");
        Assert.Equal(result, call.Task.GetAwaiter().GetResult());
    }

    private void Complete(Action end)
    {
        Acquisition? acquisition = InFlightOf(_provider.Cache);
        end();
        Assert.True(Until(() => InFlightOf(_provider.Cache) != acquisition), "The acquisition does not complete.");
    }

    private bool IsAcquiring() => InFlightOf(_provider.Cache) is not null;

    private void Count(string what) => _tally.AddOrUpdate(what, 1, (_, count) => count + 1);

    // SpinWait.SpinUntil sleeps for a millisecond, too long for half a million operations.
    private static bool Until(Func<bool> condition)
    {
        long startedAt = TimeProvider.System.GetTimestamp();
        SpinWait spin = default;
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(startedAt) > _hangLimit)
            {
                _hangLimit = TimeSpan.FromSeconds(1);
                return false;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }

        return true;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_inFlight")]
    private static extern ref Acquisition? InFlightOf(TokenCache cache);
}
