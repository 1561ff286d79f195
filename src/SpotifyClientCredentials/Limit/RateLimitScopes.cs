namespace SpotifyClientCredentials.Limit;

/// <summary>The app and those of its paths that had a 429. Guarded by the lock of the <see cref="RateLimiter"/>.</summary>
internal sealed class RateLimitScopes(TimeProvider clock)
{
    private const int MaxPaths = 64;

    private readonly Dictionary<string, RateLimitScope> _paths = new(StringComparer.Ordinal);

    public RateLimitScope App { get; private set; } = new(null, clock);

    /// <summary>The longest time for which something is closed.</summary>
    public TimeSpan Remaining => _paths.Values.Append(App).Max(scope => scope.ClosedFor);

    /// <summary>Whether each call matters: the app is closed or has a budget, or it isn't known yet whether a path is alone with its 429.</summary>
    public bool ConcernAllCalls => App.IsRestricting || _paths.Values.Any(path => path is { Row: > 0, IsAlone: false });

    /// <summary>The paths whose calls matter; null if there are none.</summary>
    public HashSet<string>? RestrictedPaths()
    {
        HashSet<string> paths = [.. _paths.Values.Where(path => path.IsRestricting || path.IsAlone).Select(path => path.Name!)];
        return paths.Count > 0 ? paths : null;
    }

    /// <summary>What can close for a call.</summary>
    public IEnumerable<RateLimitScope> Of(RateLimitedCall call) => _paths.TryGetValue(call.Path, out RateLimitScope? path) ? [App, path] : [App];

    public void Clear()
    {
        _paths.Clear();
        App = new RateLimitScope(null, clock);
    }

    /// <summary>A call got a 429: closes its path and perhaps the app.</summary>
    /// <param name="call">The call.</param>
    /// <param name="retryAfter">What Spotify asked for; null or zero if it didn't.</param>
    /// <param name="number">The number of the closing.</param>
    /// <param name="history">The app's calls before.</param>
    /// <returns>What closed.</returns>
    public IEnumerable<RateLimitScope> OnRejected(RateLimitedCall call, TimeSpan? retryAfter, long number, CallHistory history)
    {
        RateLimitScope path = GetOrAdd(call.Path);
        if (call.SentAfter < path.ClosedAs)
        {
            // It was in flight when the path closed, and says nothing new but how long.
            return Of(call).Where(scope => call.SentAfter < scope.ClosedAs && scope.Lengthen(retryAfter)).ToArray();
        }

        path.Row++;
        TimeSpan length = path.LengthOf(retryAfter);
        path.Close(number, length, history);
        // A path that was withdrawn may return 429 for ever. It alone doesn't stop the app.
        if (path.IsAlone || !_paths.Values.Any(other => other != path && other is { IsRecent: true, IsAlone: false }))
        {
            return [path];
        }

        if (call.SentAfter < App.ClosedAs)
        {
            return App.Lengthen(retryAfter) ? [path, App] : [path];
        }

        App.Close(number, length, history);
        return [path, App];
    }

    /// <summary>A call ended.</summary>
    /// <param name="call">The call.</param>
    /// <param name="wasSent">Whether it reached the Web API.</param>
    /// <param name="wasAllowed">Whether it got a response with another status than 429.</param>
    public void OnEnded(RateLimitedCall call, bool wasSent, bool wasAllowed)
    {
        foreach (RateLimitScope scope in _paths.Values.Append(App).Where(scope => wasSent && call.SentAfter < scope.ClosedAs))
        {
            scope.OnLateEnd(call, wasAllowed);
        }

        foreach (RateLimitScope path in _paths.Values.Where(_ => wasAllowed))
        {
            bool isOwn = path.Name == call.Path;
            path.IsAlone = !isOwn && (path.IsAlone || (path.Row > 0 && call.SentAfter >= path.ClosedAs));
            path.Row = isOwn ? 0 : path.Row;
        }

        Array.ForEach(call.Budgets, budget => budget.End(wasSent));
        Of(call).ToList().ForEach(scope => scope.OnEnded(call, wasSent));
    }

    private RateLimitScope GetOrAdd(string name)
    {
        if (_paths.Count == MaxPaths && !_paths.ContainsKey(name))
        {
            // One that is open, else the one that opens first.
            _paths.Remove(_paths.Values.MinBy(candidate => candidate.ClosedFor)!.Name!);
        }

        return _paths.TryGetValue(name, out RateLimitScope? path) ? path : _paths[name] = new RateLimitScope(name, clock);
    }
}
