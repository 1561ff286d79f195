namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Records how calls end. Thread-safe.</summary>
internal sealed class CallRecorder
{
    private readonly Lock _lock = new();
    private Tally _tally = new();

    public void Call(TimeSpan took, TimeSpan token, string? failure) => Record(tally => tally with
    {
        Calls = tally.Calls + 1,
        Failed = tally.Failed + (failure is null ? 0 : 1),
        SlowestCall = took > tally.SlowestCall ? took : tally.SlowestCall,
        LongestTokenWait = token > tally.LongestTokenWait ? token : tally.LongestTokenWait,
        Failures = failure is null || tally.Failures.Count == 5 ? tally.Failures : [.. tally.Failures, failure],
    });

    public void Fetch(TimeSpan took) => Record(tally => tally with { Fetches = tally.Fetches.With(took) });

    public void StoreRead(TimeSpan took) => Record(tally => tally with { StoreReads = tally.StoreReads.With(took) });

    public void StoreWrite(TimeSpan took) => Record(tally => tally with { StoreWrites = tally.StoreWrites.With(took) });

    /// <summary>Returns what has been recorded and starts again from zero.</summary>
    public Tally Take()
    {
        lock (_lock)
        {
            (Tally taken, _tally) = (_tally, new Tally());
            return taken;
        }
    }

    private void Record(Func<Tally, Tally> record)
    {
        lock (_lock)
        {
            _tally = record(_tally);
        }
    }
}
