using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Cache;

/// <summary>What a call does. Pure.</summary>
internal static class RenewalPolicy
{
    public static TokenUse Decide(TokenState state, in TokenCall call, bool isInFlight, TimeProvider timeProvider)
    {
        TimeSpan backoffLeft = state.BackoffLeft(timeProvider);
        // Changed credentials end the failures of the old ones.
        bool hasFailed = call.HasFailed && state.Backoff is not null;
        if (state.Current is not { } current || !current.IsUsable(timeProvider))
        {
            bool mayPassSoon = state.Backoff?.MayPassSoon(timeProvider, call.Options.TokenRequestTimeout) == true;
            return WithoutToken(call.TimeLeft, isInFlight, hasFailed, backoffLeft, mayPassSoon);
        }

        return call.Rejected is not null && current.Token.HasSameValueAs(call.Rejected)
            ? WithRejectedToken(call.TimeLeft, isInFlight, hasFailed, backoffLeft, state.ForcedWait(timeProvider))
            : WithToken(timeProvider.GetUtcNow() >= current.RenewalDue, isInFlight, backoffLeft);
    }

    /// <summary>With a usable token. Nobody waits.</summary>
    public static TokenUse WithToken(bool isRenewalDue, bool isInFlight, TimeSpan backoffLeft) =>
        isRenewalDue && !isInFlight && backoffLeft <= TimeSpan.Zero ? TokenUse.UseAndRenew : TokenUse.Use;

    /// <summary>Without a usable token. A short outage costs a wait, and a long one no crowd of callers that wait.</summary>
    /// <param name="timeLeft">How long this call may still wait.</param>
    /// <param name="isInFlight">Whether an acquisition is in flight.</param>
    /// <param name="hasFailed">Whether one has failed while this call waited for it.</param>
    /// <param name="backoffLeft">The rest of the backoff.</param>
    /// <param name="mayPassSoon">Whether the outage is young and may pass by itself.</param>
    public static TokenUse WithoutToken(TimeSpan timeLeft, bool isInFlight, bool hasFailed, TimeSpan backoffLeft, bool mayPassSoon) =>
        hasFailed && (!mayPassSoon || timeLeft <= TimeSpan.Zero) ? TokenUse.Fail
        : timeLeft <= TimeSpan.Zero && (isInFlight || backoffLeft <= TimeSpan.Zero) ? TokenUse.TimeOut
        : isInFlight ? TokenUse.Join
        : backoffLeft <= TimeSpan.Zero ? TokenUse.Start
        : mayPassSoon && backoffLeft < timeLeft ? TokenUse.WaitForBackoff
        : TokenUse.Fail;

    /// <summary>With a usable token that the Web API rejected. Only the call that it was rejected for waits, and never over a backoff.</summary>
    /// <param name="timeLeft">How long this call may still wait.</param>
    /// <param name="isInFlight">Whether an acquisition is in flight.</param>
    /// <param name="hasFailed">Whether one has failed while this call waited for it.</param>
    /// <param name="backoffLeft">The rest of the backoff.</param>
    /// <param name="forcedWait">The time until a rejected token may cost a request.</param>
    public static TokenUse WithRejectedToken(TimeSpan timeLeft, bool isInFlight, bool hasFailed, TimeSpan backoffLeft, TimeSpan forcedWait) =>
        hasFailed ? TokenUse.Fail
        : timeLeft <= TimeSpan.Zero && (isInFlight || backoffLeft <= TimeSpan.Zero) ? TokenUse.TimeOut
        : isInFlight ? TokenUse.Join
        : backoffLeft > TimeSpan.Zero ? TokenUse.Fail
        : forcedWait > TimeSpan.Zero ? TokenUse.FailForNow
        : TokenUse.Replace;
}

internal enum TokenUse
{
    /// <summary>Return the token.</summary>
    Use,

    /// <summary>Return the token and start to renew it in the background.</summary>
    UseAndRenew,

    /// <summary>Wait for the acquisition in flight.</summary>
    Join,

    /// <summary>Start an acquisition and wait for it.</summary>
    Start,

    /// <summary>Start an acquisition of another token than the rejected one, and wait for it.</summary>
    Replace,

    /// <summary>Wait for the end of the backoff.</summary>
    WaitForBackoff,

    /// <summary>Fail as the last acquisition did.</summary>
    Fail,

    /// <summary>Fail, because too many tokens have just been replaced.</summary>
    FailForNow,

    /// <summary>Fail, because the call has waited as long as it may.</summary>
    TimeOut,
}

/// <summary>A call that needs a token.</summary>
/// <param name="Options">The current settings.</param>
/// <param name="Rejected">The token that the Web API rejected; null if any usable one will do.</param>
/// <param name="TimeLeft">How long the call may still wait.</param>
/// <param name="HasFailed">Whether an acquisition has failed while the call waited for it.</param>
internal readonly record struct TokenCall(OptionsSnapshot Options, AccessToken? Rejected, TimeSpan TimeLeft, bool HasFailed);

/// <summary>What a call gets: a token, a failure, or else something to wait for before it asks again.</summary>
internal sealed record TokenDecision(
    AccessToken? Token = null, TokenRequestException? Failure = null, Acquisition? Acquisition = null, BackoffEnd? BackoffEnd = null);
