namespace SpotifyClientCredentials.Soak;

/// <summary>Judges when the client requests tokens: no sooner than a backoff allows, and a rejected token no more often than it may. Not thread-safe.</summary>
/// <remarks>
/// The server can't know whether the client has seen an acceptance. Where it matters, the judge allows both; and it keeps two counts of what the
/// client has spent, the least for judging requests, and the most for judging calls that got no other token.
/// </remarks>
internal sealed class TokenRequestJudge(History history)
{
    private const int MaxStates = 20;

    // The two times are differences within one clock, and may still be rounded.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(20);

    private readonly List<State> _states = [new State(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, Row: 0, RowMost: 0, TimeSpan.Zero, TimeSpan.Zero)];
    private int _secret;

    /// <summary>How many tokens replaced a rejected one.</summary>
    public int Forced { get; private set; }

    /// <summary>A token request arrived.</summary>
    /// <returns>What is wrong with its time; null if nothing is.</returns>
    public string? OnRequest(ServerFailure request, int secret)
    {
        ServerFailure? failed = history.Failures.LastOrDefault(failure => failure.Secret == secret && failure != request);
        request.Secret = secret;
        if (failed is null)
        {
            return null;
        }

        IssuedToken? current = history.SentBefore(request.Start).LastOrDefault();
        TimeSpan usableFor = SoakSettings.TokenLifetime - SoakSettings.Margin;
        bool isRejection = failed.Kind == ServerFailureKind.Rejected;
        TimeSpan backoff = isRejection ? SoakSettings.BackoffAfterRejection : SoakSettings.MinBackoff;
        bool isOver = request.Start - failed.Start >= backoff - Rounding
            || current?.SentAt > failed.Start
            || history.HasReloadBetween(failed.Start, request.Start)
            || history.HasClockChangeBetween(failed.Start, request.Start)
            // A backoff ends when the token does that made it longer.
            || (!isRejection && current is not null
                && history.HasReached(current, usableFor - SoakSettings.Slack, request.Start) && !history.HasReached(current, usableFor + SoakSettings.Slack, failed.Start));
        return isOver ? null : $"a token request {(request.Start - failed.Start).TotalSeconds:0.000} s after one that failed ({failed.Kind})";
    }

    /// <summary>The response to a token request is a token.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public string? OnIssued(IssuedToken token, TimeSpan now)
    {
        IssuedToken? current = history.SentBefore(token.RequestedAt).LastOrDefault();
        if (token.Secret != _secret)
        {
            // Other credentials have spent nothing.
            _secret = token.Secret;
            Add(new State(now, TimeSpan.Zero, TimeSpan.Zero, Row: 0, RowMost: 0, TimeSpan.Zero, TimeSpan.Zero));
            return null;
        }

        State state = _states[^1];
        // The client may have renewed a token for two reasons at once, and the server can't know which of them it was.
        bool mayBeOrdinary = current is null || history.HasReached(current, SoakSettings.TokenLifetime - SoakSettings.Window - SoakSettings.Slack, token.RequestedAt);
        token.MayBeForced = current?.RefusedAt is not null;
        if (mayBeOrdinary)
        {
            TimeSpan end = history.Clock.Monotonic(now);
            Add(token.MayBeForced
                ? state with { Since = now, FullAtMost = Charged(state.FullAtMost, end), Row = 0, RowMost = state.RowMost + 1, LastAtMost = end }
                : state with { Since = now, Row = 0, RowMost = 0 });
            return null;
        }

        Forced++;
        bool isAccepted = !current!.MayBeForced || current.AcceptedAt < token.RequestedAt - SoakSettings.Slack;
        bool mayBeAccepted = !current.IsForced || current.AcceptedAt < now;
        token.IsForced = true;
        TimeSpan monotonic = history.Clock.Monotonic(token.RequestedAt);
        bool mayBeInRow = !isAccepted && monotonic - state.LastAt >= RowDelay(mayBeAccepted ? 1 : state.Row) - Rounding;
        bool isAllowed = mayBeInRow || (mayBeAccepted && IsFilled(state.FullAt, monotonic, Rounding));
        monotonic = history.Clock.Monotonic(now);
        Add(new State(
            now,
            mayBeInRow ? state.FullAt : Charged(state.FullAt, monotonic),
            Charged(state.FullAtMost, monotonic),
            mayBeAccepted ? 1 : state.Row + 1,
            isAccepted ? 1 : state.RowMost + 1,
            monotonic,
            monotonic));
        return current.RefusedAt is null ? "a token was renewed without a reason"
            : isAllowed ? null
            : $"a rejected token was replaced too soon after others ({(isAccepted ? "accepted" : mayBeAccepted ? "perhaps accepted" : $"{state.Row} not accepted")})";
    }

    /// <summary>Whether a rejected token might have been replaced too often shortly before some time, so that it couldn't be replaced then.</summary>
    public bool MayForbid(IssuedToken rejected, TimeSpan from, TimeSpan to)
    {
        TimeSpan monotonic = history.Clock.Monotonic(from);
        State state = _states.FindLast(state => state.Since <= to) ?? _states[0];
        bool mayBeInRow = rejected.MayBeForced && !(rejected.AcceptedAt < from - SoakSettings.Slack);
        return !IsFilled(state.FullAtMost, monotonic, -SoakSettings.ForcedRenewalInterval)
            || (mayBeInRow && monotonic - state.LastAtMost < RowDelay(state.RowMost + 1) + SoakSettings.Slack);
    }

    private static bool IsFilled(TimeSpan fullAt, TimeSpan now, TimeSpan tolerance) =>
        fullAt - now <= (SoakSettings.ForcedRenewalInterval * (SoakSettings.ForcedRenewals - 1)) + tolerance;

    private static TimeSpan Charged(TimeSpan fullAt, TimeSpan now) => (fullAt > now ? fullAt : now) + SoakSettings.ForcedRenewalInterval;

    private static TimeSpan RowDelay(int row)
    {
        TimeSpan delay = TimeSpan.FromSeconds(Math.Pow(2, Math.Clamp(row, 1, 16) - 1));
        return delay < SoakSettings.Window ? delay : SoakSettings.Window;
    }

    private void Add(State state)
    {
        _states.Add(state);
        if (_states.Count > MaxStates)
        {
            _states.RemoveAt(0);
        }
    }

    /// <param name="Since">The real time since which this holds.</param>
    /// <param name="FullAt">The monotonic time at which all forced renewals are available again, at the earliest.</param>
    /// <param name="FullAtMost">The same, at the latest.</param>
    /// <param name="Row">How many tokens in a row were forced and not accepted; at least.</param>
    /// <param name="RowMost">The same, at most.</param>
    /// <param name="LastAt">The monotonic time of the last that was certainly forced.</param>
    /// <param name="LastAtMost">The same of the last that may have been.</param>
    private sealed record State(TimeSpan Since, TimeSpan FullAt, TimeSpan FullAtMost, int Row, int RowMost, TimeSpan LastAt, TimeSpan LastAtMost);
}
