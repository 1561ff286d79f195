namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// The specified state of the provider, and what it may do, as time passes. Where jitter leaves the provider a choice, the model gives the
/// earliest and the latest time, and the test tells it which one occurred.
/// </summary>
internal sealed class Model
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private int _failuresInRow;
    private int _rejectedInRow;
    private TimeSpan? _forcedAt;
    private bool _isUnproven;
    private bool _isRejectionPending;
    private bool _isInFlightForced;
    private (TimeSpan Earliest, TimeSpan Latest)? _backoffUntil;
    private (TimeSpan Earliest, TimeSpan Latest) _backoffUntilWithoutToken;
    private TimeSpan _renewFrom;
    private TimeSpan _renewBy;
    private TimeSpan _window;

    public TimeSpan Now { get; set; }

    public TimeSpan RenewalWindow { get; set; } = TimeSpan.FromMinutes(5);

    public string? Cached { get; private set; }

    public TimeSpan UsableUntil { get; private set; }

    /// <summary>When the acquisition in flight started; null if there is none.</summary>
    public TimeSpan? InFlightSince { get; private set; }

    public TimeSpan InFlightWindow { get; private set; }

    public bool IsUsable => Cached is not null && Now < UsableUntil;

    public bool MustRenew => IsUsable && InFlightSince is null && Now >= _renewBy && MayRequest;

    public bool MayRenew => IsUsable && InFlightSince is null && Now >= _renewFrom && MightRequest;

    /// <summary>Whether the backoff is over for any jitter.</summary>
    public bool MayRequest => _backoffUntil is not { } backoffUntil || Now >= backoffUntil.Latest;

    /// <summary>Whether the backoff is over for the shortest jitter.</summary>
    public bool MightRequest => _backoffUntil is not { } backoffUntil || Now >= backoffUntil.Earliest;

    public override string ToString() =>
        $"now {Now}, cached {Cached} until {UsableUntil}, renewal from {_renewFrom} to {_renewBy}, in flight since {InFlightSince}, backoff until {_backoffUntil}";

    public void Start()
    {
        InFlightSince = Now;
        InFlightWindow = RenewalWindow;
        _isInFlightForced = _isRejectionPending;
    }

    /// <summary>When a token of the given lifetime would reach its margin if it were granted now.</summary>
    public TimeSpan UsableUntilOf(TimeSpan lifetime) => InFlightSince!.Value + lifetime - (Window(lifetime) / 5);

    /// <returns>Whether the token is cached. It isn't if it arrives past its margin.</returns>
    public bool Grant(string token, TimeSpan lifetime)
    {
        TimeSpan window = Window(lifetime);
        TimeSpan usableUntil = UsableUntilOf(lifetime);
        if (Now >= usableUntil)
        {
            Fail(isTransient: true, TimeSpan.Zero);
            return false;
        }

        _renewFrom = InFlightSince!.Value + lifetime - window;
        _renewBy = _renewFrom + (window / 10);
        (Cached, UsableUntil, _window) = (token, usableUntil, window);
        (InFlightSince, _backoffUntil, _failuresInRow) = (null, null, 0);
        (_isUnproven, _isRejectionPending) = (_isInFlightForced || _isUnproven, false);
        _forcedAt = _isInFlightForced ? Now : _forcedAt;
        return true;
    }

    public void Fail(bool isTransient, TimeSpan retryAfter)
    {
        InFlightSince = null;
        _failuresInRow++;
        TimeSpan requested = Min(retryAfter, TimeSpan.FromMinutes(1));
        TimeSpan usableFor = IsUsable ? UsableUntil - Now : TimeSpan.Zero;
        _backoffUntil = BackoffFor(usableFor);
        _backoffUntilWithoutToken = BackoffFor(TimeSpan.Zero);

        (TimeSpan, TimeSpan) BackoffFor(TimeSpan usable)
        {
            if (!isTransient)
            {
                TimeSpan permanent = Now + Max(requested, TimeSpan.FromSeconds(30));
                return (permanent, permanent);
            }

            TimeSpan max = TimeSpan.FromSeconds(usable > TimeSpan.Zero ? 30 : 5);
            TimeSpan backoff = Min(TimeSpan.FromSeconds(Math.Pow(2, Math.Min(_failuresInRow, 10) - 1)), max);
            TimeSpan limit = usable + TimeSpan.FromSeconds(5);
            return (Now + Max(requested, Min(backoff * 0.8, limit)), Now + Max(requested, Min(backoff, limit)));
        }
    }

    /// <returns>Whether a rejected token may be replaced.</returns>
    public bool Reject(string token)
    {
        if (Cached != token || !IsUsable)
        {
            return true;
        }

        double factor = Math.Pow(2, _isUnproven ? _rejectedInRow : 0);
        TimeSpan pause = Min(Min(TimeSpan.FromSeconds(30), _window / 4) * factor, _window);
        if (Now - _forcedAt < pause)
        {
            return false;
        }

        _rejectedInRow = _isUnproven ? _rejectedInRow + 1 : 0;
        (Cached, _isUnproven, _isRejectionPending) = (null, false, true);
        if (_backoffUntil is { } backoffUntil)
        {
            _backoffUntil = (Min(backoffUntil.Earliest, _backoffUntilWithoutToken.Earliest), Min(backoffUntil.Latest, _backoffUntilWithoutToken.Latest));
        }

        return true;
    }

    public void Accept(string token)
    {
        if (Cached == token && _isUnproven)
        {
            (_isUnproven, _rejectedInRow) = (false, 0);
        }
    }

    public void Reset()
    {
        (Cached, InFlightSince, _backoffUntil, _forcedAt) = (null, null, null, null);
        (_failuresInRow, _rejectedInRow, _isUnproven, _isRejectionPending) = (0, 0, false, false);
    }

    private TimeSpan Window(TimeSpan lifetime) => TimeSpan.FromTicks(Math.Min(InFlightWindow.Ticks, lifetime.Ticks / 4));

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
