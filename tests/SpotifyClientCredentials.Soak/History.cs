namespace SpotifyClientCredentials.Soak;

/// <summary>What happened to the client's tokens, and what the client can know of it. Not thread-safe.</summary>
internal sealed class History(DisturbedClock clock)
{
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(2);

    // A token may be lost if the server goes down this soon after sending it.
    private static readonly TimeSpan TransmissionTime = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, IssuedToken> _tokens = new(StringComparer.Ordinal);
    private readonly List<ServerFailure> _failures = [];
    private readonly List<Reload> _reloads = [new Reload(0, TimeSpan.Zero) { CompletedAt = TimeSpan.Zero }];

    public DisturbedClock Clock => clock;

    public IEnumerable<IssuedToken> Tokens => _tokens.Values;

    public IReadOnlyList<ServerFailure> Failures => _failures;

    public bool IsDown => _failures.Exists(failure => failure is { Kind: ServerFailureKind.Down, End: null });

    public IssuedToken? Find(string value) => _tokens.GetValueOrDefault(value);

    public void Add(IssuedToken token) => _tokens.Add(token.Value, token);

    public void Add(Reload reload) => _reloads.Add(reload);

    public void Add(ServerFailure failure)
    {
        RemoveOld();
        _failures.Add(failure);
        if (failure.Kind == ServerFailureKind.Down)
        {
            foreach (IssuedToken token in Tokens.Where(token => token.SentAt > failure.Start - TransmissionTime))
            {
                token.SentAt = null;
            }
        }
    }

    public void Remove(ServerFailure failure) => _failures.Remove(failure);

    /// <summary>The tokens that the client got for the secret that it had at some time, the latest last.</summary>
    public IssuedToken[] SentBefore(TimeSpan time)
    {
        int secret = _reloads.Last(reload => reload.StartedAt <= time).Secret;
        return [.. Tokens.Where(token => token.Secret == secret && token.SentAt <= time).OrderBy(token => token.SentAt)];
    }

    /// <summary>The times between two others at which the client got a token, or other credentials.</summary>
    public IEnumerable<TimeSpan> NewsBetween(TimeSpan from, TimeSpan to) => Tokens.Select(token => token.SentAt)
        .Concat(_reloads.SelectMany(reload => new[] { reload.StartedAt, reload.CompletedAt }))
        .OfType<TimeSpan>()
        .Where(time => time > from && time <= to);

    public bool HasReloadBetween(TimeSpan from, TimeSpan to) => _reloads.Exists(reload => reload.StartedAt <= to && !(reload.CompletedAt < from));

    public bool HasClockChangeBetween(TimeSpan from, TimeSpan to) => clock.Changes.Any(change => change >= from && change <= to);

    /// <summary>Whether one of the client's clocks has shown this age of a token, now or before one of them was disturbed.</summary>
    public bool HasReached(IssuedToken token, TimeSpan age, TimeSpan time) => clock.Changes
        .Where(change => change > token.RequestedAt && change <= time)
        .SelectMany(change => new[] { change - TimeSpan.FromTicks(1), change })
        .Append(time)
        .Any(at => AgeByWall(token, at) >= age || AgeByMonotonic(token, at) >= age);

    public TimeSpan AgeByWall(IssuedToken token, TimeSpan time) => clock.Wall(time) - clock.Wall(token.RequestedAt);

    public TimeSpan AgeByMonotonic(IssuedToken token, TimeSpan time) => clock.Monotonic(time) - clock.Monotonic(token.RequestedAt);

    /// <summary>When the outage began that there is at some time; null if there is none. A token or other credentials end an outage.</summary>
    public TimeSpan? OutageSince(TimeSpan time)
    {
        TimeSpan reset = OutageReset(time);
        ServerFailure[] failures = [.. _failures.Where(failure => failure.Start <= time && !(failure.End < reset))];
        return failures.Length == 0 ? null : failures.Select(failure => failure.Start > reset ? failure.Start : reset).Min();
    }

    /// <summary>Whether the client need not have sent a token request successfully: one has failed and a backoff may last, or one has no response.</summary>
    /// <param name="time">The time.</param>
    /// <param name="backoffFrom">When a backoff that a usable token made longer ended at the latest.</param>
    public bool MayHaveNoToken(TimeSpan time, TimeSpan backoffFrom)
    {
        TimeSpan reset = OutageReset(time);
        return _failures.Exists(failure =>
        {
            TimeSpan end = failure.End < time ? failure.End.Value : time;
            bool isRejection = failure.Kind == ServerFailureKind.Rejected;
            TimeSpan from = isRejection || end > backoffFrom ? end : backoffFrom;
            TimeSpan backoff = isRejection ? SoakSettings.BackoffAfterRejection : SoakSettings.MaxBackoff;
            return failure.Start <= time && end >= reset && ElapsedAtLeast(from, time) <= backoff + SoakSettings.Slack;
        });
    }

    // Either of the client's clocks ends a backoff. If one stands still and the other was set back, that takes longer.
    private TimeSpan ElapsedAtLeast(TimeSpan from, TimeSpan to)
    {
        TimeSpan byWall = clock.Wall(to) - clock.Wall(from);
        TimeSpan byMonotonic = clock.Monotonic(to) - clock.Monotonic(from);
        TimeSpan byClient = byWall > byMonotonic ? byWall : byMonotonic;
        return byClient < to - from ? byClient : to - from;
    }

    private TimeSpan OutageReset(TimeSpan time) =>
        SentBefore(time).Select(token => token.SentAt!.Value).Append(_reloads.Last(reload => reload.CompletedAt <= time).CompletedAt!.Value).Max();

    private void RemoveOld()
    {
        TimeSpan oldest = clock.RealTime - Retention;
        _failures.RemoveAll(failure => failure.End < oldest);
        foreach (IssuedToken token in Tokens.Where(token => token.ExpiresAt < oldest).ToArray())
        {
            _tokens.Remove(token.Value);
        }
    }
}
