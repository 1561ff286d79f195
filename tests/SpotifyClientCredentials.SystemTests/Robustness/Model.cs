using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// What can be known of a provider from outside: by its requests, by what they bring and by the events that it logs. Checks what is promised
/// of requests; <see cref="ModelCalls"/> checks what is promised to callers.
/// </summary>
internal sealed class Model(ModelClock clock, Action<string> count)
{
    /// <summary>The TokenRequestTimeout.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly List<ModelToken> _tokens = [];
    private int? _requestsWithoutTheOneDue;
    private string? _violation;

    /// <summary>The token in the cache, usable or not.</summary>
    public ModelToken? Current { get; private set; }

    public ScriptedAcquisition? InFlight { get; private set; }

    /// <summary>The last failure, if there has been no success since.</summary>
    public ModelFailure? Failure { get; private set; }

    /// <summary>Whether it was logged that there is no token.</summary>
    public bool IsOutageLogged { get; private set; }

    public ModelForcedRenewals Forced { get; private set; } = new();

    public ModelPaths Paths { get; private set; } = new();

    /// <summary>The client secret in force.</summary>
    public string Secret { get; private set; } = "secret-0";

    public bool IsDisposed { get; private set; }

    public int Requests { get; private set; }

    public bool IsViolated => _violation is not null;

    public IReadOnlyList<ModelToken> Tokens => _tokens;

    /// <summary>The times until something is due.</summary>
    public IEnumerable<TimeSpan> Due
    {
        get
        {
            if (Current is { IsUsable: true } current)
            {
                yield return current.UsableFor;
                yield return current.RenewalDue - clock.Wall;
            }

            if (Failure is { } failure)
            {
                yield return failure.Longest - failure.Elapsed;
            }

            if (InFlight is { } request)
            {
                yield return clock.TimeOf(request.Request.StartedAt) + Timeout - clock.Now;
            }
        }
    }

    public ModelToken? Find(string value) => _tokens.Find(token => token.Value == value);

    public void Require(bool isKept, string violation)
    {
        if (!isKept)
        {
            _violation ??= $"{violation} At {clock.Now} (wall {clock.Wall:u}), token {Current?.Value} usable until {Current?.UsableUntil} (wall {Current?.UsableUntilWall:u}), last failure at {Failure?.At}.";
        }
    }

    public void ThrowIfViolated()
    {
        if (IsViolated)
        {
            throw new Xunit.Sdk.XunitException(_violation);
        }
    }

    public void OnRequest(ScriptedAcquisition request)
    {
        TimeSpan startedAt = clock.TimeOf(request.Request.StartedAt);
        Requests++;
        Require(!IsDisposed, "A request was sent after Dispose.");
        Require(InFlight is null, "Two requests are in flight.");
        Require(request.Options.ClientSecret == Secret, "A request was sent with old credentials.");
        Require(Failure?.MayBeOver != false, "A request was sent during the backoff.");
        InFlight = request;
        if (request.Rejected is { } rejected)
        {
            Require(Current?.Value == rejected.Value, "A request replaces a token that has been replaced.");
            ModelToken token = Find(rejected.Value)!;
            Require(request.Request.BypassStore || token is not { IsForced: true, IsFromStore: true, IsAccepted: false }, "A store's token that was rejected is to be replaced by another.");
            Require(Forced.MayReplace(token, startedAt), "More rejected tokens are replaced than is allowed.");
            count(Forced.InRow > 0 ? "request: replaces a token that nobody accepted" : "request: replaces a rejected token");
        }
        else if (Current?.IsUsable == true)
        {
            Require(clock.Wall >= Current.RenewalDue, "A token was renewed too early.");
            count("request: ahead");
        }
        else
        {
            count(Failure is null ? "request: without a token" : "request: after a backoff");
        }
    }

    public void OnLogged(int eventId)
    {
        count($"event {eventId}");
        if (eventId is 1 or 2)
        {
            OnAcquired();
        }
        else if (eventId == 3)
        {
            OnFailed();
        }

        IsOutageLogged = eventId is not (1 or 2) && (IsOutageLogged || eventId == 9);
    }

    /// <summary>A token that isn't usable, or a rejected one, must be replaced if nothing forbids it.</summary>
    public void ExpectRequestToReplace(ModelToken rejected)
    {
        if (rejected == Current && rejected.IsUsable && Failure?.IsOver != false && Forced.IsFree(rejected, clock.Now))
        {
            ExpectRequest();
        }
    }

    /// <summary>A call with the current token renews it if that's due.</summary>
    public void ExpectRenewal()
    {
        if (Current?.IsUsable == true && clock.Wall >= Current.RenewalDue && Failure?.IsOverByWallClock != false)
        {
            ExpectRequest();
        }
    }

    /// <summary>Nothing is left to run.</summary>
    public void OnRest()
    {
        Require(_requestsWithoutTheOneDue != Requests, "A token was not renewed, or not replaced, although nothing forbids it.");
        _requestsWithoutTheOneDue = null;
        if (InFlight is { } request)
        {
            Require(!request.CancellationToken.IsCancellationRequested, "The request in flight was cancelled.");
            Require(clock.Now - clock.TimeOf(request.Request.StartedAt) < Timeout, "A request is in flight for longer than TokenRequestTimeout.");
        }
    }

    public void OnTimePassed()
    {
        Current?.OnTimePassed();
        Failure?.OnTimePassed();
    }

    public void OnWallClockSetBack() => Current?.OnWallClockSetBack();

    public void OnCredentialsChanged(string secret)
    {
        Secret = secret;
        Reset();
    }

    public void OnDisposed()
    {
        IsDisposed = true;
        Reset();
    }

    private void ExpectRequest()
    {
        if (InFlight is null)
        {
            _requestsWithoutTheOneDue ??= Requests;
        }
    }

    private void OnAcquired()
    {
        if (InFlight is not { Task.IsCompletedSuccessfully: true } request)
        {
            Require(false, "The cache took a token that no current request brought.");
            return;
        }

        ModelToken token = new(request.Task.Result, request.Options.RenewalWindow, clock) { Number = request.Number, Secret = request.Options.ClientSecret, IsForced = request.Rejected is not null };
        if (!token.IsForced)
        {
            Forced.EndRow();
        }
        else if (!token.IsFromStore)
        {
            Forced.OnReplaced(Find(request.Rejected!.Value)!, clock.Now);
        }

        _tokens.Add(token);
        (Current, InFlight, Failure) = (token, null, null);
    }

    private void OnFailed()
    {
        TokenRequestException? failure = null;
        if (InFlight is { } request)
        {
            failure = request.Task.Exception?.InnerException as TokenRequestException;
            bool hasEnded = request.Task.IsCompleted && !request.Task.IsCanceled;
            Require(hasEnded || clock.Now - clock.TimeOf(request.Request.StartedAt) >= Timeout, "A request ended before its time limit.");
            count(failure is not null ? "request: failed" : hasEnded ? "request: expired on arrival" : "request: timed out");
        }

        // A request whose time limit passed before it was sent is never seen.
        (Failure, InFlight, _requestsWithoutTheOneDue) = (new ModelFailure(failure, Failure, Current, clock), null, null);
    }

    private void Reset()
    {
        (Current, InFlight, Failure, _requestsWithoutTheOneDue, IsOutageLogged) = (null, null, null, null, false);
        (Forced, Paths) = (new ModelForcedRenewals(), new ModelPaths());
    }
}
