namespace SpotifyClientCredentials.Soak;

/// <summary>
/// The tokens and failures of the server, and whether they explain the failures of callers. One lock guards all of it.
/// </summary>
/// <remarks>
/// <para>A call may fail without a token only at a time at which no token could exist, that is, if both are true:</para>
/// <para>1. The client has no usable token: each token sent for the configured secret is revoked, or reaches its margin within
/// <see cref="SoakSettings.Slack"/>.</para>
/// <para>2. The server has not issued one, and the client need not have requested one again: a token request has no response or was rejected,
/// or the server is down, now or at the start of a backoff that may still last. A backoff ends 5 s after the failure, or 5 s after the last
/// token became unusable if that is later; 30 s after rejected credentials; and at once with a token or with changed credentials.</para>
/// <para>The time is the end of the call, or up to the slack before it if the call had already started, because a caller's thread may run late.</para>
/// <para>A call may fail without a connection only if the server was down during the call. No call may ever end with 401, because revocations
/// are further apart than forced renewals.</para>
/// </remarks>
internal sealed class ServerRecord
{
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(2);

    // A token may be lost if the server goes down this soon after sending it.
    private static readonly TimeSpan TransmissionTime = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly long _startedAt = TimeProvider.System.GetTimestamp();
    private readonly Dictionary<string, IssuedToken> _tokens = new(StringComparer.Ordinal);
    private readonly List<ServerFailure> _failures = [];
    private readonly List<Reload> _reloads = [new Reload(0, TimeSpan.Zero) { CompletedAt = TimeSpan.Zero }];

    public TimeSpan Now => TimeProvider.System.GetElapsedTime(_startedAt);

    /// <summary>When the last token was issued.</summary>
    public TimeSpan LastIssued { get; private set; }

    public ServerFailure Begin(ServerFailureKind kind)
    {
        lock (_lock)
        {
            RemoveOld();
            ServerFailure failure = new(Now, kind);
            _failures.Add(failure);
            if (kind == ServerFailureKind.Down)
            {
                foreach (IssuedToken token in _tokens.Values.Where(token => token.SentAt > failure.Start - TransmissionTime))
                {
                    token.SentAt = null;
                }
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
            _tokens.Add(value, token);
            LastIssued = Now;
            return token;
        }
    }

    /// <summary>Marks the token as sent, so that its request is not a failure.</summary>
    public void MarkSent(IssuedToken token, ServerFailure request)
    {
        lock (_lock)
        {
            token.SentAt = Now;
            _failures.Remove(request);
        }
    }

    public IssuedToken? Find(string value)
    {
        lock (_lock)
        {
            return _tokens.GetValueOrDefault(value);
        }
    }

    /// <summary>Revokes all tokens, unless the last one is so recent that the client may not replace it yet.</summary>
    /// <returns>Whether the tokens were revoked.</returns>
    public bool TryRevoke()
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            if (now - LastIssued < SoakSettings.Window + SoakSettings.Slack)
            {
                return false;
            }

            foreach (IssuedToken token in _tokens.Values.Where(token => token.RevokedAt > now))
            {
                token.RevokedAt = now;
            }

            return true;
        }
    }

    /// <summary>Changes the client's configuration to the given secret.</summary>
    public void ChangeSecret(int secret, Action reload)
    {
        Reload change;
        lock (_lock)
        {
            change = new Reload(secret, Now);
            _reloads.Add(change);
        }

        reload();
        lock (_lock)
        {
            change.CompletedAt = Now;
        }
    }

    /// <summary>Whether a call between these times may have failed because it could not get a token.</summary>
    public bool ExplainsNoToken(TimeSpan start, TimeSpan end)
    {
        lock (_lock)
        {
            // A token or new credentials end an explanation, so the time just before each of them counts too.
            return _tokens.Values.Select(token => token.SentAt)
                .Concat(_reloads.SelectMany(reload => new[] { reload.StartedAt, reload.CompletedAt }))
                .Where(time => time > end - SoakSettings.Slack && time > start && time <= end)
                .Select(time => time!.Value - TimeSpan.FromTicks(1))
                .Append(end)
                .Any(NoTokenCouldExist);
        }
    }

    /// <summary>Whether a call between these times may have failed because it got no connection or lost it.</summary>
    public bool ExplainsNoConnection(TimeSpan start, TimeSpan end)
    {
        lock (_lock)
        {
            return _failures.Any(failure =>
                failure.Kind == ServerFailureKind.Down && failure.Start <= end && (failure.End is null || failure.End >= start));
        }
    }

    private bool NoTokenCouldExist(TimeSpan time)
    {
        Reload reload = _reloads.Last(change => change.StartedAt <= time);
        IssuedToken[] sent = [.. _tokens.Values.Where(token => token.Secret == reload.Secret && token.SentAt <= time)];
        if (sent.Any(token => time < token.RevokedAt && time < token.UnusableFrom - SoakSettings.Slack))
        {
            return false;
        }

        TimeSpan reloadedAt = _reloads.Last(change => change.CompletedAt <= time).CompletedAt!.Value;
        TimeSpan backoffReset = sent.Select(token => token.SentAt!.Value).Append(reloadedAt).Max();
        TimeSpan lastUnusableFrom = sent.Select(token => token.UnusableFrom).Where(unusableFrom => unusableFrom <= time).Append(TimeSpan.Zero).Max();
        return _failures.Any(failure => failure.Start <= time && StillExplains(failure));

        bool StillExplains(ServerFailure failure)
        {
            TimeSpan end = failure.End < time ? failure.End.Value : time;
            TimeSpan backoffEnd = failure.Kind == ServerFailureKind.Rejected
                ? end + SoakSettings.MaxBackoffAfterRejection
                : (end > lastUnusableFrom ? end : lastUnusableFrom) + SoakSettings.MaxBackoff;
            return end >= backoffReset && time <= backoffEnd + SoakSettings.Slack;
        }
    }

    private void RemoveOld()
    {
        TimeSpan oldest = Now - Retention;
        _failures.RemoveAll(failure => failure.End < oldest);
        foreach (IssuedToken token in _tokens.Values.Where(token => token.ExpiresAt < oldest).ToArray())
        {
            _tokens.Remove(token.Value);
        }
    }

    private sealed record Reload(int Secret, TimeSpan StartedAt)
    {
        public TimeSpan? CompletedAt { get; set; }
    }
}
