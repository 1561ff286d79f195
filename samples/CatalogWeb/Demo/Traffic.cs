namespace CatalogWeb.Demo;

/// <summary>Counts the requests since the application started and keeps the last error. Thread-safe.</summary>
internal sealed class Traffic(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private TrafficCounts _counts = new(0, 0, 0, 0, null);
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

    public void TokenRequestSent() => Update(counts =>
    {
        _lastTokenRequest = timeProvider.GetUtcNow();
        return counts with { TokenRequests = counts.TokenRequests + 1 };
    });

    public void ApiCallSent() => Update(counts => counts with { ApiCalls = counts.ApiCalls + 1 });

    /// <summary>Counts a call that waits for the rate limit.</summary>
    public void CallHeldBack() => Update(counts => counts with { HeldBack = counts.HeldBack + 1 });

    public void RequestCompleted() => Update(counts => counts);

    public void ErrorOccurred(string message) => Update(counts => counts with { LastError = new TrafficError(timeProvider.GetUtcNow(), message) });

    /// <summary>Counts a call that failed despite retries, so that the visitor got an error.</summary>
    public void CallFailed() => Update(counts => counts with { FailedCalls = counts.FailedCalls + 1 });

    private void Update(Func<TrafficCounts, TrafficCounts> change)
    {
        lock (_lock)
        {
            _counts = change(_counts);
            _lastEvent = timeProvider.GetTimestamp();
        }
    }
}

internal sealed record TrafficCounts(int TokenRequests, int ApiCalls, int FailedCalls, int HeldBack, TrafficError? LastError);

internal sealed record TrafficError(DateTimeOffset At, string Message);
