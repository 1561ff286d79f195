namespace SpotifyClientCredentials.Cache;

/// <summary>What a call does with the token in the cache. Pure.</summary>
internal static class RenewalPolicy
{
    public static TokenUse Decide(long now, CachedToken? cached, bool isInFlight, TimeSpan backoffLeft)
    {
        bool isBackingOff = backoffLeft > TimeSpan.Zero;
        if (cached is not null && now < cached.UsableUntil)
        {
            return now >= cached.RenewAt && !isInFlight && !isBackingOff ? TokenUse.UseAndRenew : TokenUse.Use;
        }

        return isBackingOff && !isInFlight ? TokenUse.Fail : TokenUse.Wait;
    }
}

internal enum TokenUse
{
    /// <summary>Return the token.</summary>
    Use,

    /// <summary>Return the token and start to renew it in the background.</summary>
    UseAndRenew,

    /// <summary>Wait for the acquisition in flight, or start one.</summary>
    Wait,

    /// <summary>Fail at once, because an acquisition has just failed.</summary>
    Fail,
}
