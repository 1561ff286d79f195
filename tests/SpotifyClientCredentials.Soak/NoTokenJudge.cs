namespace SpotifyClientCredentials.Soak;

/// <summary>Judges calls that failed because they got no token. Not thread-safe.</summary>
/// <remarks>
/// <para>Such a call is explained only by a time at which no token could exist, that is, if all of this is true:</para>
/// <para>1. The client has no usable token: the last that was sent for its secret reaches its margin within <see cref="SoakSettings.Slack"/>, by one of
/// the client's clocks. A rejected one is usable.</para>
/// <para>2. The server has not issued one, and the client need not have requested one again: a token request has no response or was rejected, or
/// none could be sent, now or at the start of a backoff that may still last.</para>
/// <para>3. The outage is as old as the longest wait for a token; or no token came as long as the call might have waited, unless it was new
/// credentials or a clock that brought it; or there was nothing to wait for, because the credentials were rejected or there were no settings.</para>
/// <para>The time is the end of the call, or up to the slack before it if the call had already started, because a caller's thread may run late.</para>
/// </remarks>
internal sealed class NoTokenJudge(History history)
{
    private readonly List<FailedCall> _failedSoon = [];

    public bool Explains(TimeSpan start, TimeSpan end, bool mayWait)
    {
        // A token, new credentials and a disturbed clock end an explanation, so the time just before each of them counts too.
        TimeSpan earliest = end - SoakSettings.Slack > start ? end - SoakSettings.Slack : start;
        TimeSpan? explanation = history.NewsBetween(earliest, end)
            .Concat(history.Clock.Changes.Where(change => change > earliest && change <= end))
            .Select(time => time - TimeSpan.FromTicks(1))
            .Append(end)
            .Where(NoTokenCouldExist)
            .Select(time => (TimeSpan?)time)
            .FirstOrDefault();
        if (explanation is not { } time)
        {
            return false;
        }

        bool isOld = end - history.OutageSince(time) >= SoakSettings.TokenRequestTimeout - SoakSettings.Slack;
        if (mayWait && !isOld && history.Failures.All(failure => failure.Kind != ServerFailureKind.NoSettings))
        {
            _failedSoon.Add(new FailedCall(start, end));
        }

        return true;
    }

    /// <summary>A token was sent.</summary>
    /// <returns>The calls that would have got it, had they waited on as they had to.</returns>
    public IReadOnlyList<FailedCall> OnSent(TimeSpan time)
    {
        _failedSoon.RemoveAll(call => call.MustWaitUntil < time || history.HasReloadBetween(call.End, time) || history.HasClockChangeBetween(call.End, time));
        FailedCall[] calls = [.. _failedSoon];
        _failedSoon.Clear();
        return calls;
    }

    private bool NoTokenCouldExist(TimeSpan time)
    {
        IssuedToken[] sent = history.SentBefore(time);
        TimeSpan usableFor = SoakSettings.TokenLifetime - SoakSettings.Margin;
        return (sent.Length == 0 || history.HasReached(sent[^1], usableFor - SoakSettings.Slack, time))
            && history.MayHaveNoToken(time, backoffFrom: sent.Select(token => token.RequestedAt + usableFor).Where(end => end <= time).Append(TimeSpan.Zero).Max());
    }
}

/// <summary>A call that got no token early in an outage.</summary>
/// <param name="Start">When it started.</param>
/// <param name="End">When it failed.</param>
internal sealed record FailedCall(TimeSpan Start, TimeSpan End)
{
    /// <summary>A token that came until then should have reached it.</summary>
    public TimeSpan MustWaitUntil => Start + SoakSettings.TokenRequestTimeout - SoakSettings.Slack;
}
