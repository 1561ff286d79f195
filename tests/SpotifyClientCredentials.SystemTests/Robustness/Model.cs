namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// What design.md says the provider holds and may do, at one moment after another. Where a draw by lot leaves it a choice, the model
/// gives the earliest and the latest moment, and is told which it was.
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
    private (TimeSpan Earliest, TimeSpan Latest)? _coolUntil;
    private (TimeSpan Earliest, TimeSpan Latest) _coolUntilWithoutToken;
    private TimeSpan _renewFrom;
    private TimeSpan _renewAtTheLatest;
    private TimeSpan _window;

    public TimeSpan Now { get; set; }

    public TimeSpan RenewalWindow { get; set; } = TimeSpan.FromMinutes(5);

    public string? Cached { get; private set; }

    public TimeSpan UsableUntil { get; private set; }

    /// <summary>When the acquisition in flight was started; null where there is none.</summary>
    public TimeSpan? InFlightSince { get; private set; }

    public TimeSpan InFlightWindow { get; private set; }

    public bool IsUsable => Cached is not null && Now < UsableUntil;

    public bool MustRenew => IsUsable && InFlightSince is null && Now >= _renewAtTheLatest && MayRequest;

    public bool MayRenew => IsUsable && InFlightSince is null && Now >= _renewFrom && MightRequest;

    /// <summary>Whether the cooldown is over, whatever was drawn.</summary>
    public bool MayRequest => _coolUntil is not { } cool || Now >= cool.Latest;

    /// <summary>Whether the cooldown is over for the luckiest draw.</summary>
    public bool MightRequest => _coolUntil is not { } cool || Now >= cool.Earliest;

    public override string ToString() =>
        $"now {Now}, held {Cached} until {UsableUntil}, renewal from {_renewFrom} to {_renewAtTheLatest}, in flight since {InFlightSince}, cooldown to {_coolUntil}";

    public void Start()
    {
        InFlightSince = Now;
        InFlightWindow = RenewalWindow;
        _isInFlightForced = _isRejectionPending;
    }

    /// <summary>The margin of a token of the given life, were it granted now.</summary>
    public TimeSpan UsableUntilOf(TimeSpan life) => InFlightSince!.Value + life - (Window(life) / 5);

    /// <returns>Whether the token is held; it is not where its margin has passed before it came.</returns>
    public bool Grant(string token, TimeSpan life)
    {
        TimeSpan window = Window(life);
        TimeSpan usableUntil = UsableUntilOf(life);
        if (Now >= usableUntil)
        {
            Fail(isTransient: true, TimeSpan.Zero);
            return false;
        }

        _renewFrom = InFlightSince!.Value + life - window;
        _renewAtTheLatest = _renewFrom + (window / 10);
        (Cached, UsableUntil, _window) = (token, usableUntil, window);
        (InFlightSince, _coolUntil, _failuresInRow) = (null, null, 0);
        (_isUnproven, _isRejectionPending) = (_isInFlightForced || _isUnproven, false);
        _forcedAt = _isInFlightForced ? Now : _forcedAt;
        return true;
    }

    public void Fail(bool isTransient, TimeSpan retryAfter)
    {
        InFlightSince = null;
        _failuresInRow++;
        TimeSpan asked = Min(retryAfter, TimeSpan.FromMinutes(1));
        TimeSpan usableFor = IsUsable ? UsableUntil - Now : TimeSpan.Zero;
        _coolUntil = Backoff(usableFor);
        _coolUntilWithoutToken = Backoff(TimeSpan.Zero);

        (TimeSpan, TimeSpan) Backoff(TimeSpan usable)
        {
            if (!isTransient)
            {
                TimeSpan permanent = Now + Max(asked, TimeSpan.FromSeconds(30));
                return (permanent, permanent);
            }

            TimeSpan longest = TimeSpan.FromSeconds(usable > TimeSpan.Zero ? 30 : 5);
            TimeSpan backoff = Min(TimeSpan.FromSeconds(Math.Pow(2, Math.Min(_failuresInRow, 10) - 1)), longest);
            TimeSpan cut = usable + TimeSpan.FromSeconds(5);
            return (Now + Max(asked, Min(backoff * 0.8, cut)), Now + Max(asked, Min(backoff, cut)));
        }
    }

    /// <returns>Whether another token can be had for a rejected one.</returns>
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
        if (_coolUntil is { } cool)
        {
            _coolUntil = (Min(cool.Earliest, _coolUntilWithoutToken.Earliest), Min(cool.Latest, _coolUntilWithoutToken.Latest));
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
        (Cached, InFlightSince, _coolUntil, _forcedAt) = (null, null, null, null);
        (_failuresInRow, _rejectedInRow, _isUnproven, _isRejectionPending) = (0, 0, false, false);
    }

    private TimeSpan Window(TimeSpan life) => TimeSpan.FromTicks(Math.Min(InFlightWindow.Ticks, life.Ticks / 4));

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
