namespace SpotifyClientCredentials.Limit;

/// <summary>What a 429 closes: a path, or the whole app. Guarded by the lock of the <see cref="RateLimiter"/>.</summary>
/// <param name="name">The path, or null for the app.</param>
/// <param name="clock">The clock.</param>
internal sealed class RateLimitScope(string? name, TimeProvider clock)
{
    private const int FewestCallsToLearnFrom = 20;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestWithoutRetryAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWaitForFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private Deadline _closedUntil;
    private Deadline _recentUntil; // of the last 429
    private Deadline _budgetUntil;
    private Budget? _budget;
    private bool _mayLearnMore;
    private bool _isClosed;        // until a call goes first
    private bool _hasOpened;
    private RateLimitedCall? _first;
    private long _firstSentAt;

    public string? Name { get; } = name;

    /// <summary>The number of the last closing among all closings of the app; 0 if there was none.</summary>
    public long ClosedAs { get; private set; }

    /// <summary>How many 429s in a row the path has had.</summary>
    public int Row { get; set; }

    /// <summary>Whether other paths work while this one gets 429s.</summary>
    public bool IsAlone { get; set; }

    /// <summary>How many calls may be sent; null if that isn't known.</summary>
    public Budget? Budget => _budget = _budget is not null && _budgetUntil.Remaining(clock) > TimeSpan.Zero ? _budget : null;

    /// <summary>Whether there was a 429 within the last ten minutes.</summary>
    public bool IsRecent => ClosedAs > 0 && _recentUntil.Remaining(clock) > TimeSpan.Zero;

    /// <summary>Whether a call may have to wait, or the next one goes first.</summary>
    public bool IsRestricting => _isClosed || TimeUntilFirstEnds > TimeSpan.Zero || Budget is not null;

    /// <summary>What is left of the closing; zero if it's over.</summary>
    public TimeSpan ClosedFor => _isClosed ? Max(_closedUntil.Remaining(clock), TimeSpan.Zero) : TimeSpan.Zero;

    /// <summary>The time after which <see cref="Admits"/> may change by itself; zero if it can't.</summary>
    public TimeSpan TimeUntilChange => TimeUntilAdmission(1) is { Ticks: > 0 } time ? time : TimeUntilFirstEnds;

    private TimeSpan TimeUntilFirstEnds =>
        _first is null ? TimeSpan.Zero : Max(LongestWaitForFirst - clock.GetElapsedTime(_firstSentAt), TimeSpan.Zero);

    /// <summary>The length of a closing: the Retry-After, or a second that doubles with each 429 in a row.</summary>
    public TimeSpan LengthOf(TimeSpan? retryAfter) => retryAfter is { Ticks: > 0 } given
        ? Min(given, Longest)
        : Min(TimeSpan.FromSeconds(Math.Pow(2, Math.Min(Row, 16) - 1)), LongestWithoutRetryAfter);

    /// <summary>A 429 to a call that was sent after the last closing.</summary>
    /// <param name="number">The number of the closing.</param>
    /// <param name="length">How long it lasts.</param>
    /// <param name="history">The app's calls before the 429.</param>
    public void Close(long number, TimeSpan length, CallHistory history)
    {
        ClosedAs = number;
        int allowed = history.InWindow(wasAllowed: true).Sum(call => call.Calls);
        _mayLearnMore = allowed >= FewestCallsToLearnFrom;
        _budget = Budget ?? (_mayLearnMore ? new Budget([.. history.InWindow(wasAllowed: true).Concat(history.InWindow(wasAllowed: false)).Order()], clock) : null);
        if (_mayLearnMore)
        {
            _budget!.Allowed = allowed;
        }

        CloseFor(length);
    }

    /// <summary>A 429 to a call that was in flight when it closed.</summary>
    /// <returns>Whether it was open.</returns>
    public bool Lengthen(TimeSpan? retryAfter)
    {
        bool isLonger = retryAfter is { Ticks: > 0 } && LengthOf(retryAfter) > ClosedFor;
        // An expired budget doesn't come back.
        (_budget, bool wasOpen) = (Budget, !_isClosed);
        if (isLonger)
        {
            CloseFor(LengthOf(retryAfter));
        }

        return isLonger && wasOpen;
    }

    /// <summary>A call that was in flight when it closed ended.</summary>
    public void OnLateEnd(RateLimitedCall call, bool wasAllowed)
    {
        if (Budget is { } budget)
        {
            budget.Allowed += _mayLearnMore && wasAllowed ? 1 : 0;
            budget.Add(call.Budgets.Contains(budget) ? 0 : 1);
        }
    }

    /// <summary>Whether a call may be sent now.</summary>
    public bool Admits() => ClosedFor == TimeSpan.Zero && TimeUntilFirstEnds == TimeSpan.Zero && Budget is not { Free: <= 0 };

    /// <summary>Lets a call go: the first one after a closing alone.</summary>
    /// <returns>Whether this opens it.</returns>
    public bool Admit(RateLimitedCall call)
    {
        bool opens = _isClosed && !_hasOpened;
        (_first, _firstSentAt) = (_isClosed ? call : null, clock.GetTimestamp());
        (_isClosed, _hasOpened) = (false, true);
        return opens;
    }

    /// <summary>A call had a response other than 429, or failed. The others follow the first one; if it wasn't sent, another goes first.</summary>
    public void OnEnded(RateLimitedCall call, bool wasSent)
    {
        if (_first == call)
        {
            (_isClosed, _first) = (!wasSent, null);
        }
    }

    /// <summary>The earliest time in which the next calls can be sent, as far as is known.</summary>
    public TimeSpan TimeUntilAdmission(int calls) => Max(ClosedFor, Budget?.TimeUntilFree(calls) ?? TimeSpan.Zero);

    public override string ToString() => Name is null ? "the whole app" : $"the path {Name}";

    private void CloseFor(TimeSpan length)
    {
        TimeSpan time = Max(length, ClosedFor);
        (_isClosed, _hasOpened, _first) = (true, false, null);
        (_closedUntil, _budgetUntil, _recentUntil) = (Deadline.In(time, clock), Deadline.In(time + Memory, clock), Deadline.In(Memory, clock));
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
