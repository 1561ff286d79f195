namespace CatalogWeb;

/// <summary>What was sent since the start, and what last went wrong. Safe for any number of threads.</summary>
internal sealed class Traffic(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private TrafficCounts _counts = new(0, 0, 0, null);
    private long _lastEvent = timeProvider.GetTimestamp();
    private DateTimeOffset _lastTokenRequest;

    public TrafficCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _counts;
            }
        }
    }

    public TimeSpan SinceLastEvent
    {
        get
        {
            lock (_lock)
            {
                return timeProvider.GetElapsedTime(_lastEvent);
            }
        }
    }

    public DateTimeOffset LastTokenRequest
    {
        get
        {
            lock (_lock)
            {
                return _lastTokenRequest;
            }
        }
    }

    public void TokenRequestSent() => Note(counts =>
    {
        _lastTokenRequest = timeProvider.GetUtcNow();
        return counts with { TokenRequests = counts.TokenRequests + 1 };
    });

    public void ApiCallSent() => Note(counts => counts with { ApiCalls = counts.ApiCalls + 1 });

    public void Responded() => Note(counts => counts);

    public void WentWrong(string words) => Note(counts => counts with { LastError = new Trouble(timeProvider.GetUtcNow(), words) });

    /// <summary>Counts a call that nothing cured, so that the visitor got an error.</summary>
    public void CallFailed() => Note(counts => counts with { FailedCalls = counts.FailedCalls + 1 });

    private void Note(Func<TrafficCounts, TrafficCounts> change)
    {
        lock (_lock)
        {
            _counts = change(_counts);
            _lastEvent = timeProvider.GetTimestamp();
        }
    }
}

internal sealed record TrafficCounts(int TokenRequests, int ApiCalls, int FailedCalls, Trouble? LastError);

internal sealed record Trouble(DateTimeOffset At, string Words);
