using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A token, and what has happened to it.</summary>
internal sealed class ModelToken
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(10);

    private readonly ModelClock _clock;
    private bool _isKnownAsExpired;

    public ModelToken(AcquiredToken acquired, TimeSpan renewalWindow, ModelClock clock)
    {
        _clock = clock;
        Token = acquired.Token;
        Window = TimeSpan.FromTicks(Math.Min(renewalWindow.Ticks, acquired.Lifetime.Ticks / 4));
        TimeSpan margin = IsFromStore || Window / 5 < LongestMargin ? Window / 5 : LongestMargin;
        TimeSpan expires = clock.TimeOf(acquired.IssuedAt) + acquired.Lifetime;
        // The wall clock may have been set back while the token was on its way.
        DateTimeOffset latest = clock.Wall + (expires - clock.Now);
        DateTimeOffset expiresOn = Token.ExpiresOn < latest ? Token.ExpiresOn : latest;
        UsableUntil = expires - margin;
        UsableUntilWall = expiresOn - margin;
        RenewalDue = expiresOn - (acquired.Lifetime - acquired.RenewAfter);
        Expires = expires;
    }

    public AccessToken Token { get; }

    public string Value => Token.Value;

    /// <summary>The number of its request.</summary>
    public required int Number { get; init; }

    public bool IsFromStore => Token.IsFromStore;

    public TimeSpan Window { get; }

    public TimeSpan Expires { get; }

    /// <summary>Its margin by the monotonic clock.</summary>
    public TimeSpan UsableUntil { get; }

    /// <summary>Its margin by the wall clock.</summary>
    public DateTimeOffset UsableUntilWall { get; }

    /// <summary>From here on, by the wall clock, the next call renews it.</summary>
    public DateTimeOffset RenewalDue { get; }

    /// <summary>The client secret that it was acquired with.</summary>
    public required string Secret { get; init; }

    /// <summary>Whether it replaced a rejected token.</summary>
    public required bool IsForced { get; init; }

    /// <summary>Whether the API has accepted it.</summary>
    public bool IsAccepted => AcceptedOn.Count > 0;

    /// <summary>The paths on which the API accepted it, in this order.</summary>
    public List<string> AcceptedOn { get; } = [];

    /// <summary>Whether its replacement was asked for, and the API has not accepted it since.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>Whether the API has ever rejected it.</summary>
    public bool WasRejected { get; private set; }

    /// <summary>Whether the wall clock was set back, so that the token seems usable until the handler sees a 401.</summary>
    public bool SeemsUsable { get; private set; }

    public bool IsPastMonotonicMargin => _clock.Now >= UsableUntil;

    public bool IsPastWallMargin => _clock.Wall >= UsableUntilWall;

    /// <summary>Whether it's usable by both clocks and was so all the time: a clock that is set back may, but need not, make it usable again.</summary>
    public bool IsUsable => !WasPastMargin && !IsPastMargin;

    public bool IsPastMargin => IsPastMonotonicMargin || IsPastWallMargin;

    /// <summary>Whether it has been past its margin by one of the clocks.</summary>
    public bool WasPastMargin { get; private set; }

    /// <summary>The time until its margin by the clock that comes to it first.</summary>
    public TimeSpan UsableFor => TimeSpan.FromTicks(Math.Min((UsableUntil - _clock.Now).Ticks, (UsableUntilWall - _clock.Wall).Ticks));

    public void OnTimePassed() => WasPastMargin |= IsPastMargin;

    public void OnWallClockSetBack() => SeemsUsable = !_isKnownAsExpired;

    /// <summary>The API rejected it, so that both clocks are asked.</summary>
    public void OnRejected()
    {
        WasRejected = true;
        _isKnownAsExpired |= IsPastMonotonicMargin;
        SeemsUsable &= !_isKnownAsExpired;
    }
}
