namespace SpotifyClientCredentials.Limit;

/// <summary>The calls that wait, first come, first served. Guarded by the lock of the <see cref="RateLimiter"/>.</summary>
internal sealed class RateLimitQueue(RateLimitScopes scopes)
{
    private readonly LinkedList<RateLimitedCall> _calls = [];

    public bool IsEmpty => _calls.Count == 0;

    public void Add(RateLimitedCall call) => _calls.AddLast(call);

    public bool Remove(RateLimitedCall call) => _calls.Remove(call);

    /// <summary>Lets go who may. Who waits for one path holds up no other.</summary>
    /// <param name="closings">The number of closings so far.</param>
    /// <returns>What opened.</returns>
    public RateLimitScope[] Dispatch(long closings)
    {
        List<RateLimitScope> opened = [];
        for (LinkedListNode<RateLimitedCall>? node = _calls.First, next; node is not null && scopes.App.Admits(); node = next)
        {
            next = node.Next;
            RateLimitScope[] passed = [.. scopes.Of(node.Value)];
            if (passed.All(scope => scope.Admits()))
            {
                _calls.Remove(node);
                opened.AddRange(passed.Where(scope => scope.Admit(node.Value)));
                node.Value.Admit(closings, [.. passed.Select(scope => scope.Budget).OfType<Budget>()]);
            }
        }

        return [.. opened];
    }

    /// <summary>The time until a call in the queue can be sent, as far as is known.</summary>
    public TimeSpan TimeUntilAdmission(RateLimitedCall call)
    {
        RateLimitedCall[] ahead = [.. _calls.TakeWhile(other => other != call)];
        // Who waits longer for a path takes no place of the app before this call does.
        int aheadInApp = ahead.Count(other => scopes.Of(other).All(scope => scope == scopes.App || scope.TimeUntilAdmission(1) <= scopes.App.ClosedFor));
        int aheadInPath = ahead.Count(other => other.Path == call.Path);
        return scopes.Of(call).Max(scope => scope.TimeUntilAdmission((scope == scopes.App ? aheadInApp : aheadInPath) + 1));
    }

    /// <summary>The time after which somebody may be let go.</summary>
    // Timers count whole milliseconds, and one that fires too early would only be set again.
    public TimeSpan TimeUntilChange() => TimeSpan.FromMilliseconds(1) + _calls.SelectMany(scopes.Of).Distinct()
        .Select(scope => scope.TimeUntilChange).Where(time => time > TimeSpan.Zero).Append(CallHistory.Window).Min();
}
