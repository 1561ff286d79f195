using System.Net;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>What each operation does.</summary>
internal sealed partial class ModelRun
{
    private static readonly TimeSpan[] Nearby = [.. new[] { -1, -0.1, 0, 0, 0.1, 0.2, 1 }.Select(TimeSpan.FromSeconds)];

    /// <returns>Whether the operation was possible.</returns>
    private async Task<bool> DoAsync(Operation operation)
    {
        switch (operation.Kind)
        {
            case Kind.GetToken:
                return Start(new PendingCall("token"), GetTokenAsync);

            case Kind.GetAnotherToken:
                return _model.Tokens.Count > 0 && Start(new PendingCall("another") { Rejected = AnyToken(operation.Choice).Value }, GetTokenAsync);

            case Kind.CallApi or Kind.CallApiOnce:
                return Start(
                    new PendingCall("call") { Path = PathOf(operation), IsResendable = operation.Kind == Kind.CallApi },
                    SendAsync);

            case Kind.CallApiBlocking:
                return CallBlocking(PathOf(operation));

            case Kind.Cancel:
                return _pending.Count > 0 && Done(_pending[operation.Choice % _pending.Count].Cancellation.Cancel);

            case Kind.Step:
                return await StepAsync(TimeOf(operation), _clock.Advance);

            case Kind.GetTokenWhenDue:
                return TimeUntilDue(operation.Choice) is { } due && due > TimeSpan.Zero && await StepAsync(due, _clock.Advance)
                    && Start(new PendingCall("token"), GetTokenAsync);

            case Kind.StopWallClock:
                return await StepAsync(TimeOf(operation), StopWallClock);

            case Kind.Pause:
                return await MoveAsync(() => _clock.Advance(TimeOf(operation)));

            case Kind.Sleep:
                return await MoveAsync(() => _clock.AdvanceWall(TimeOf(operation)));

            case Kind.SetWallClock:
                await ModelThread.RestAsync();
                _model.OnWallClockSetBack();
                return await MoveAsync(() => _clock.AdvanceWall(-operation.Time));

            case Kind.EndpointGrants:
                return RespondWith(acquisition => acquisition.Grant(Lifetime(operation)));

            case Kind.EndpointFails:
                return RespondWith(acquisition => Fail(acquisition));

            case Kind.EndpointHangs:
                return RespondWith(null);

            case Kind.Grant:
                return Respond(acquisition => acquisition.Grant(Lifetime(operation)));

            case Kind.GrantFromStore:
                return _model.InFlight?.Request.BypassStore == false && Respond(acquisition => GrantFromStore(acquisition, operation));

            case Kind.Fail:
                return Respond(acquisition => Fail(acquisition));

            case Kind.FailWithRetryAfter:
                return Respond(acquisition => Fail(acquisition, retryAfter: operation.Time));

            case Kind.FailRateLimited:
                return Respond(acquisition => Fail(acquisition, retryAfter: operation.Time, status: HttpStatusCode.TooManyRequests));

            case Kind.FailPermanently:
                return Respond(acquisition => Fail(acquisition, isTransient: false));

            case Kind.Revoke:
                return _model.Current is { } current && Done(() => _api.Revoke(current.Number));

            case Kind.RejectEverything:
                return Done(() => _api.RejectsEverything = true);

            case Kind.RejectNewTokens:
                return Done(() => _api.RejectsFrom = _model.Requests + 1);

            case Kind.AcceptAgain:
                return Done(() => (_api.RejectsEverything, _api.RejectsFrom) = (false, int.MaxValue));

            case Kind.RejectOnce:
                return Done(() => _api.RespondNext(HttpStatusCode.Unauthorized));

            case Kind.OverloadOnce:
                return Done(() => _api.RespondNext(operation.Choice % 2 == 0 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.TooManyRequests));

            case Kind.ForbidOnce:
                return Done(() => _api.RespondNext(HttpStatusCode.Forbidden));

            case Kind.HoldResponse:
                return Done(_api.HoldNext);

            case Kind.ReleaseResponse:
                return _api.HasHeld && Done(() => _api.Release(operation.Choice));

            case Kind.ReloadCredentials:
                return Reload(() => _options.Secret++);

            case Kind.ReloadSameCredentials:
                return Reload(() => { });

            case Kind.ReloadOtherSetting:
                return Reload(() => _options.RenewalWindow = operation.Time / 4);

            case Kind.ReloadInvalid:
                _options.IsValid = false;
                return Done(_options.Fire);

            default:
                return operation.Choice % 5 == 0 && !_model.IsDisposed && DisposeProvider();
        }
    }

    private static bool Done(Action action)
    {
        action();
        return true;
    }

    private static string PathOf(Operation operation) => ModelApi.Paths[operation.Choice % ModelApi.Paths.Length];

    /// <summary>An hour as a rule.</summary>
    private static TimeSpan Lifetime(Operation operation) => (operation.Choice % 5) switch
    {
        0 => TimeSpan.FromMinutes(1),
        1 => operation.Time,
        _ => TimeSpan.FromHours(1),
    };

    /// <summary>The current token as a rule.</summary>
    private ModelToken AnyToken(int choice) => _model.Tokens[choice % 3 == 0 ? choice % _model.Tokens.Count : ^1];

    /// <summary>The time until something is due, nearly or exactly; as a rule the next.</summary>
    private TimeSpan? TimeUntilDue(int choice)
    {
        TimeSpan[] due = [.. _model.Due.Concat(_pending.Where(call => !call.IsAtApi).Select(call => Model.Timeout - (_clock.Now - call.WaitingSince))).Where(time => time > TimeSpan.Zero).Order()];
        return due.Length == 0 ? null : due[choice % 8 == 0 ? choice / 8 % due.Length : 0] + Nearby[choice % Nearby.Length];
    }

    private TimeSpan TimeOf(Operation operation) =>
        operation.Choice % 2 == 0 && TimeUntilDue(operation.Choice / 2) is { } time && time > TimeSpan.Zero ? time : operation.Time;

    private bool Start(PendingCall call, Func<PendingCall, Task> run)
    {
        ReadSettings();
        _calls.OnStarted(call);
        _pending.Add(call);
        _ = EndAsync(call, run);
        return true;
    }

    /// <summary>Reads the settings as a host does when it starts, on the thread that is here: a call would wait for the only one of the pool.</summary>
    private void ReadSettings()
    {
        try
        {
            _provider.Options.ReadAtStart();
        }
        catch (Exception e) when (e is OptionsValidationException or OperationCanceledException)
        {
            // The call gets the same.
        }
    }

    private async Task EndAsync(PendingCall call, Func<PendingCall, Task> run)
    {
        try
        {
            await run(call);
        }
        catch (Exception e)
        {
            _calls.OnFailed(call, e);
        }
    }

    private async Task GetTokenAsync(PendingCall call)
    {
        AccessToken token = await (call.Rejected is null
            ? _provider.GetTokenAsync(call.Cancellation.Token)
            : _provider.GetTokenAsync(_model.Find(call.Rejected)!.Token, call.Cancellation.Token));
        _calls.OnGotToken(call, token.Value);
    }

    private async Task SendAsync(PendingCall call)
    {
        using HttpRequestMessage request = RequestFor(call);
        using HttpResponseMessage response = await _client.SendAsync(request, call.Cancellation.Token);
        _calls.OnGotResponse(call, response.StatusCode);
    }

    /// <summary>Blocks the only thread, so it runs only if the call won't wait.</summary>
    private bool CallBlocking(string path)
    {
        if (_model.Current is not { IsUsable: true } current || !_api.Accepts(path, current))
        {
            return false;
        }

        PendingCall call = new("blocking call") { Path = path };
        _calls.OnStarted(call);
        using HttpRequestMessage request = RequestFor(call);
        using HttpResponseMessage response = _client.Send(request, CancellationToken.None);
        _calls.OnGotResponse(call, response.StatusCode);
        return true;
    }

    private static HttpRequestMessage RequestFor(PendingCall call)
    {
        HttpRequestMessage request = new(HttpMethod.Post, $"https://api.spotify.com/v1/{call.Path}")
        {
            Content = call.IsResendable ? null : new StreamContent(Stream.Null),
        };
        request.Options.Set(ModelApi.CallKey, call);
        return request;
    }

    /// <summary>Lets time pass, and stops wherever a timer is due.</summary>
    private async Task<bool> StepAsync(TimeSpan time, Action<TimeSpan> advance)
    {
        TimeSpan end = _clock.Now + time;
        while (_clock.NextTimer is { } due && due <= end)
        {
            await MoveAsync(() => advance(due - _clock.Now));
            await RestAsync();
        }

        return await MoveAsync(() => advance(end - _clock.Now));
    }

    private void StopWallClock(TimeSpan time)
    {
        _model.OnWallClockSetBack();
        _clock.AdvanceMonotonic(time);
    }

    private async Task<bool> MoveAsync(Action move)
    {
        if (_model.InFlight?.Task.IsCompleted == true)
        {
            // Otherwise its time limit might come first.
            await RestAsync();
        }

        move();
        _model.OnTimePassed();
        return true;
    }

    private void OnRequest(ScriptedAcquisition acquisition)
    {
        _model.OnRequest(acquisition);
        if (!_model.IsViolated)
        {
            // Otherwise a request that a response brings about might go on for ever.
            _respond?.Invoke(acquisition);
        }
    }

    /// <summary>How the token endpoint responds from now on.</summary>
    private bool RespondWith(Action<ScriptedAcquisition>? respond)
    {
        _respond = respond;
        return respond is null || _model.InFlight is null || Respond(respond);
    }

    private bool Respond(Action<ScriptedAcquisition> respond) => _model.InFlight is { } acquisition && Done(() => respond(acquisition));

    private static void Fail(ScriptedAcquisition acquisition, bool isTransient = true, TimeSpan? retryAfter = null, HttpStatusCode? status = null) =>
        acquisition.Fail(new TokenRequestException("scripted", isTransient)
        {
            // So that it can be told whose failure a caller got.
            ErrorDescription = acquisition.Options.ClientSecret,
            RetryAfter = retryAfter,
            StatusCode = status,
        });

    /// <summary>If one of an app's tokens was revoked, those of its other instances often are too.</summary>
    private void GrantFromStore(ScriptedAcquisition acquisition, Operation operation)
    {
        acquisition.Grant(Lifetime(operation), isFromStore: true);
        if (operation.Choice % 2 == 0)
        {
            _api.Revoke(acquisition.Number);
        }
    }

    private bool Reload(Action change)
    {
        ScriptedAcquisition? inFlight = _model.InFlight;
        change();
        _options.IsValid = true;
        bool areNew = _model.Secret != $"secret-{_options.Secret}";
        if (areNew && !_model.IsDisposed)
        {
            _model.OnCredentialsChanged($"secret-{_options.Secret}");
        }

        _options.Fire();
        _model.Require(!areNew || inFlight?.CancellationToken.IsCancellationRequested != false, "The request with old credentials was not cancelled.");
        return true;
    }

    private bool DisposeProvider()
    {
        ScriptedAcquisition? inFlight = _model.InFlight;
        _model.OnDisposed();
        _provider.Dispose();
        _model.Require(inFlight?.CancellationToken.IsCancellationRequested != false, "The request in flight was not cancelled by Dispose.");
        return true;
    }
}
