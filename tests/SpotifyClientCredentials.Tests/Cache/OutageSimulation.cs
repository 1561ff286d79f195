using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>Calls at a steady rate, from the first moment of an outage on. All times are those of the test's clock.</summary>
internal sealed class OutageSimulation : IDisposable
{
    private static readonly TimeSpan Latency = TimeSpan.FromSeconds(0.05);

    private readonly TestProvider _test = new(options => options.TokenRequestTimeout = TimeSpan.FromSeconds(8));
    private readonly Dictionary<Task, TimeSpan> _startedAt = [];
    private readonly WatchedCalls _calls;
    private readonly TimeSpan _outage;
    private TimeSpan _respondAt = TimeSpan.MaxValue;
    private long _began;

    public OutageSimulation(TimeSpan outage)
    {
        _outage = outage;
        _calls = new WatchedCalls(() =>
        {
            Task call = _test.GetAsync();
            _startedAt.Add(call, Now);
            return call;
        });
    }

    public int Requests => _test.AcquisitionsStarted;

    public int Failed { get; private set; }

    public int Succeeded { get; private set; }

    /// <summary>The waits of the calls that failed.</summary>
    public TimeSpan FailedWaits { get; private set; }

    public TimeSpan LongestWait { get; private set; }

    /// <summary>The most calls that waited at the same time, from the moment on at which those from the young outage were gone.</summary>
    public int MostWaitingLater { get; private set; }

    private TimeSpan Now => _test.Clock.GetElapsedTime(_began);

    private TimeSpan BackoffLeft => _test.Provider.Cache.State.BackoffLeft(_test.Clock);

    public void Dispose() => _test.Dispose();

    public async Task RunAsync(int callsPerSecond, TimeSpan duration)
    {
        _began = _test.Clock.GetTimestamp();
        for (int call = 0; Now < duration || _calls.Waiting > 0; call++)
        {
            TimeSpan nextCall = TimeSpan.FromSeconds((double)call / callsPerSecond);
            await AdvanceAsync(nextCall);
            if (nextCall < duration)
            {
                Call();
            }
        }
    }

    // Stops at each moment at which something happens on the way.
    private async Task AdvanceAsync(TimeSpan to)
    {
        while (true)
        {
            TimeSpan backoffEnd = _calls.Waiting > 0 && BackoffLeft > TimeSpan.Zero ? Now + BackoffLeft : TimeSpan.MaxValue;
            TimeSpan next = ((TimeSpan[])[to, _respondAt, backoffEnd]).Min();
            if (next == backoffEnd)
            {
                Record(await _calls.ResumeAsync(() =>
                {
                    _test.Clock.Advance(next - Now);
                    return Task.CompletedTask;
                }));
                _respondAt = Now + Latency;
                continue;
            }

            _test.Clock.Advance(next - Now);
            if (next == to)
            {
                return;
            }

            Record(await _calls.ResumeAsync(RespondAsync));
        }
    }

    private void Call()
    {
        int requests = Requests;
        if (_calls.Start() is { } ended)
        {
            Record([ended]);
        }

        _respondAt = Requests > requests ? Now + Latency : _respondAt;
        MostWaitingLater = Now > TimeSpan.FromSeconds(17) ? Math.Max(MostWaitingLater, _calls.Waiting) : 0;
    }

    private async Task RespondAsync()
    {
        _respondAt = TimeSpan.MaxValue;
        if (Now < _outage)
        {
            await _test.FailAcquisitionAsync();
        }
        else
        {
            (await _test.AcquisitionAsync(Requests)).Grant();
        }
    }

    private void Record(IEnumerable<Task> ended)
    {
        foreach (Task call in ended)
        {
            Assert.True(_startedAt.Remove(call, out TimeSpan startedAt));
            TimeSpan waited = Now - startedAt;
            LongestWait = waited > LongestWait ? waited : LongestWait;
            Succeeded += call.IsCompletedSuccessfully ? 1 : 0;
            Failed += call.IsFaulted ? 1 : 0;
            FailedWaits += call.IsFaulted ? waited : TimeSpan.Zero;
        }
    }
}
