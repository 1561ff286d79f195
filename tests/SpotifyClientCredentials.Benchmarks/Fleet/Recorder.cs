namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Takes down how calls end, from any thread, until somebody wants to know.</summary>
internal sealed class Recorder
{
    private readonly Lock _gate = new();
    private Tally _tally = new();

    public void Call(TimeSpan took, TimeSpan token, string? failure) => Record(tally => tally with
    {
        Calls = tally.Calls + 1,
        Failed = tally.Failed + (failure is null ? 0 : 1),
        SlowestCall = took > tally.SlowestCall ? took : tally.SlowestCall,
        SlowestToken = token > tally.SlowestToken ? token : tally.SlowestToken,
        Failures = failure is null || tally.Failures.Count == 5 ? tally.Failures : [.. tally.Failures, failure],
    });

    public void Fetch(TimeSpan took) => Record(tally => tally with { Fetches = tally.Fetches.With(took) });

    public void StoreRead(TimeSpan took) => Record(tally => tally with { StoreReads = tally.StoreReads.With(took) });

    public void StoreWrite(TimeSpan took) => Record(tally => tally with { StoreWrites = tally.StoreWrites.With(took) });

    /// <summary>Begins anew.</summary>
    public Tally Take()
    {
        lock (_gate)
        {
            (Tally taken, _tally) = (_tally, new Tally());
            return taken;
        }
    }

    private void Record(Func<Tally, Tally> record)
    {
        lock (_gate)
        {
            _tally = record(_tally);
        }
    }
}
