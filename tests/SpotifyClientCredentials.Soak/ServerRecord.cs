using System.Collections.Concurrent;

namespace SpotifyClientCredentials.Soak;

/// <summary>What the server did, and whether it explains what the client got and sent. One lock guards all of it.</summary>
/// <remarks>A call may fail without a connection only if the server was down during the call.</remarks>
internal sealed class ServerRecord
{
    private readonly Lock _lock = new();
    private readonly History _history;
    private readonly NoTokenJudge _noToken;
    private readonly TokenRequestJudge _tokenRequests;
    private readonly UnauthorizedJudge _unauthorized;
    private readonly ConcurrentQueue<string> _problems = new();

    public ServerRecord(DisturbedClock clock)
    {
        _history = new History(clock);
        _noToken = new NoTokenJudge(_history);
        _tokenRequests = new TokenRequestJudge(_history);
        _unauthorized = new UnauthorizedJudge(_history, _tokenRequests);
    }

    public TimeSpan Now => _history.Clock.RealTime;

    /// <summary>What the client did and may not do, other than calls that failed.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <summary>How many tokens replaced a rejected one.</summary>
    public int Forced => _tokenRequests.Forced;

    /// <summary>Requests with an expired token that the client's wall clock, which had been set back or stood still, took for a good one.</summary>
    public int ExpiredTokensExplained { get; private set; }

    /// <summary>Other requests with an expired token. A client that respects the margin sends none.</summary>
    public int ExpiredTokensUnexplained { get; private set; }

    public ServerFailure Begin(ServerFailureKind kind, int? secret = null)
    {
        lock (_lock)
        {
            ServerFailure failure = new(Now, kind);
            _history.Add(failure);
            if (secret is { } number)
            {
                Report(_tokenRequests.OnRequest(failure, number));
            }

            return failure;
        }
    }

    public void End(ServerFailure failure)
    {
        lock (_lock)
        {
            failure.End = Now;
        }
    }

    public IssuedToken Issue(string value, int secret, ServerFailure request)
    {
        lock (_lock)
        {
            IssuedToken token = new(value, secret, request.Start);
            Report(_tokenRequests.OnIssued(token, Now));
            _history.Add(token);
            return token;
        }
    }

    /// <summary>Marks the token as sent, so that its request is not a failure.</summary>
    public void MarkSent(IssuedToken token, ServerFailure request)
    {
        lock (_lock)
        {
            if (_history.IsDown)
            {
                // Its connection may have been closed before.
                return;
            }

            token.SentAt = Now;
            _history.Remove(request);
            foreach (FailedCall call in _noToken.OnSent(Now))
            {
                Report($"the call from {call.Start.TotalSeconds:0.000} s failed at {call.End.TotalSeconds:0.000} s early in an outage and didn't wait for this token");
            }
        }
    }

    /// <summary>The server responds to a request for the Web API.</summary>
    /// <param name="value">The token; null if there is none.</param>
    /// <param name="call">The call.</param>
    /// <param name="refuse">Why a good token is refused.</param>
    /// <returns>Why the request is refused.</returns>
    public Refusal Respond(string? value, ApiCall call, Func<Refusal> refuse)
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            IssuedToken? token = value is null ? null : _history.Find(value);
            Refusal refusal = token is null ? Refusal.NoToken
                : now >= token.ExpiresAt ? Refusal.Expired
                : now >= token.RevokedAt ? Refusal.Revoked
                : refuse();
            Note(token, refusal, now);
            call.Add(new ApiRequest(token, refusal, now));
            _unauthorized.OnRequest(call.Path, call.Requests);
            return refusal;
        }
    }

    public void RevokeAll()
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            foreach (IssuedToken token in _history.Tokens.Where(token => token.RevokedAt > now))
            {
                token.RevokedAt = now;
            }
        }
    }

    /// <summary>Changes the client's configuration to the given secret.</summary>
    public void ChangeSecret(int secret, Action reload)
    {
        Reload change;
        lock (_lock)
        {
            change = new Reload(secret, Now);
            _history.Add(change);
        }

        reload();
        lock (_lock)
        {
            change.CompletedAt = Now;
        }
    }

    /// <summary>Whether a call between these times may have failed because it could not get a token.</summary>
    /// <param name="start">The start of the call.</param>
    /// <param name="end">Its end.</param>
    /// <param name="mayWait">Whether the failure is one that may pass by itself.</param>
    public bool ExplainsNoToken(TimeSpan start, TimeSpan end, bool mayWait)
    {
        lock (_lock)
        {
            return _noToken.Explains(start, end, mayWait);
        }
    }

    /// <summary>Why a call that needs no user may have ended with 401; null if it may not.</summary>
    public string? ExplainUnauthorized(ApiCall call, TimeSpan end)
    {
        lock (_lock)
        {
            return _unauthorized.Explain(call, end);
        }
    }

    /// <summary>Whether a call between these times may have failed because it got no connection or lost it.</summary>
    public bool ExplainsNoConnection(TimeSpan start, TimeSpan end)
    {
        lock (_lock)
        {
            return _history.Failures.Any(failure =>
                failure.Kind == ServerFailureKind.Down && failure.Start <= end && (failure.End is null || failure.End >= start));
        }
    }

    private void Note(IssuedToken? token, Refusal refusal, TimeSpan now)
    {
        if (token is null)
        {
            Report("a call carried no token, or one that the server never issued");
        }
        else if (refusal == Refusal.None)
        {
            token.AcceptedAt ??= now;
        }
        else
        {
            token.RefusedAt ??= now;
        }

        if (refusal == Refusal.Expired)
        {
            token!.FoundExpiredAt ??= now;
            bool isExplained = SeemsGood(token, now);
            ExpiredTokensExplained += isExplained ? 1 : 0;
            ExpiredTokensUnexplained += isExplained ? 0 : 1;
        }
    }

    // The wall clock alone decides about a token, until it's refused. Some calls learn late of that.
    private bool SeemsGood(IssuedToken expired, TimeSpan now) =>
        _history.AgeByWall(expired, now) < SoakSettings.TokenLifetime
        && (_history.AgeByMonotonic(expired, now) < SoakSettings.TokenLifetime || now < expired.FoundExpiredAt + SoakSettings.Slack);

    private void Report(string? problem)
    {
        if (problem is not null)
        {
            _problems.Enqueue($"{Now.TotalSeconds:0.000} s: {problem}");
        }
    }
}
