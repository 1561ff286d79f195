namespace SpotifyClientCredentials.Soak;

/// <summary>
/// What the server knows of its own tokens and troubles, and the verdict on the failures of callers that follows from it. One lock guards all of it.
/// </summary>
/// <remarks>
/// <para>A call may fail for want of a token only at a moment in which none could exist. That is, where both hold:</para>
/// <para>1. The client has no usable token: each one delivered for the secret in its configuration is revoked, or its margin is nearer than
/// <see cref="SoakSettings.Slack"/>.</para>
/// <para>2. The server has failed to give it one, and the client is allowed not to have asked again: a token request is unanswered or was
/// refused, or nobody listens, now or at the start of a cooldown that may still last. Such a cooldown ends 5 s after the trouble, or after the
/// last token ran out if that was later; 30 s after a refusal of the credentials; and at once with a token or with changed credentials.</para>
/// <para>The moment is the one in which the call ended, or one before it by no more than the slack in which the call was already under way: a
/// caller's thread may learn late of its failure.</para>
/// <para>A call may fail for want of a connection only where nobody listened while it was under way. No call may ever end in 401: revocations
/// are further apart than the pause between forced renewals.</para>
/// </remarks>
internal sealed class ServerRecord
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    // A token may be lost on its way when the server goes down this soon after it was sent.
    private static readonly TimeSpan OnTheWay = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly long _startedAt = TimeProvider.System.GetTimestamp();
    private readonly Dictionary<string, IssuedToken> _tokens = new(StringComparer.Ordinal);
    private readonly List<Trouble> _troubles = [];
    private readonly List<Reload> _reloads = [new Reload(0, TimeSpan.Zero) { Done = TimeSpan.Zero }];

    public TimeSpan Now => TimeProvider.System.GetElapsedTime(_startedAt);

    /// <summary>When the last token was issued.</summary>
    public TimeSpan LastIssued { get; private set; }

    public Trouble Begin(TroubleKind kind)
    {
        lock (_lock)
        {
            Reset();
            Trouble trouble = new(Now, kind);
            _troubles.Add(trouble);
            if (kind == TroubleKind.Down)
            {
                foreach (IssuedToken token in _tokens.Values.Where(token => token.Delivered > trouble.Start - OnTheWay))
                {
                    token.Delivered = null;
                }
            }

            return trouble;
        }
    }

    public void End(Trouble trouble)
    {
        lock (_lock)
        {
            trouble.End = Now;
        }
    }

    public IssuedToken Issue(string value, int secret, Trouble request)
    {
        lock (_lock)
        {
            IssuedToken token = new(value, secret, request.Start);
            _tokens.Add(value, token);
            LastIssued = Now;
            return token;
        }
    }

    /// <summary>The token's request was no trouble after all.</summary>
    public void Deliver(IssuedToken token, Trouble request)
    {
        lock (_lock)
        {
            token.Delivered = Now;
            _troubles.Remove(request);
        }
    }

    public IssuedToken? Find(string value)
    {
        lock (_lock)
        {
            return _tokens.GetValueOrDefault(value);
        }
    }

    /// <returns>Whether it was done: not so soon after a token was issued that the client may not yet replace it.</returns>
    public bool TryRevoke()
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            if (now - LastIssued < SoakSettings.Window + SoakSettings.Slack)
            {
                return false;
            }

            foreach (IssuedToken token in _tokens.Values.Where(token => token.Revoked > now))
            {
                token.Revoked = now;
            }

            return true;
        }
    }

    /// <summary>Changes the client's configuration to the given secret.</summary>
    public void Reloading(int secret, Action reload)
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
            change.Done = Now;
        }
    }

    /// <summary>Whether a call between these moments may have failed because no token could be had.</summary>
    public bool ExplainsNoToken(TimeSpan start, TimeSpan end)
    {
        lock (_lock)
        {
            // What was explained just before a token or new credentials came is no longer explained after it.
            return _tokens.Values.Select(token => token.Delivered)
                .Concat(_reloads.SelectMany(reload => new[] { reload.Begun, reload.Done }))
                .Where(turn => turn > end - SoakSettings.Slack && turn > start && turn <= end)
                .Select(turn => turn!.Value - TimeSpan.FromTicks(1))
                .Append(end)
                .Any(NoneCouldExist);
        }
    }

    /// <summary>Whether a call between these moments may have failed because it got no connection, or lost it.</summary>
    public bool ExplainsNoConnection(TimeSpan start, TimeSpan end)
    {
        lock (_lock)
        {
            return _troubles.Any(trouble =>
                trouble.Kind == TroubleKind.Down && trouble.Start <= end && (trouble.End is null || trouble.End >= start));
        }
    }

    private bool NoneCouldExist(TimeSpan moment)
    {
        Reload reload = _reloads.Last(change => change.Begun <= moment);
        IssuedToken[] delivered = [.. _tokens.Values.Where(token => token.Secret == reload.Secret && token.Delivered <= moment)];
        if (delivered.Any(token => moment < token.Revoked && moment < token.RanOut - SoakSettings.Slack))
        {
            return false;
        }

        TimeSpan changed = _reloads.Last(change => change.Done <= moment).Done!.Value;
        TimeSpan cleared = delivered.Select(token => token.Delivered!.Value).Append(changed).Max();
        TimeSpan ranOut = delivered.Select(token => token.RanOut).Where(time => time <= moment).Append(TimeSpan.Zero).Max();
        return _troubles.Any(trouble => trouble.Start <= moment && IsFelt(trouble));

        bool IsFelt(Trouble trouble)
        {
            TimeSpan end = trouble.End < moment ? trouble.End.Value : moment;
            TimeSpan backoffEnd = trouble.Kind == TroubleKind.Refused
                ? end + SoakSettings.LongestBackoffOfRefusal
                : (end > ranOut ? end : ranOut) + SoakSettings.LongestBackoff;
            return end >= cleared && moment <= backoffEnd + SoakSettings.Slack;
        }
    }

    private void Reset()
    {
        TimeSpan before = Now - Kept;
        _troubles.RemoveAll(trouble => trouble.End < before);
        foreach (IssuedToken token in _tokens.Values.Where(token => token.Expires < before).ToArray())
        {
            _tokens.Remove(token.Value);
        }
    }

    private sealed record Reload(int Secret, TimeSpan Begun)
    {
        public TimeSpan? Done { get; set; }
    }
}
