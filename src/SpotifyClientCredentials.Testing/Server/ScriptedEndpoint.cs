
namespace SpotifyClientCredentials.Testing.Server;

/// <summary>One side of the fake, the token endpoint or the Web API: what was asked, and which answer is next.</summary>
internal sealed class ScriptedEndpoint(TimeProvider timeProvider, Func<RecordedRequest, FakeResponse> defaultResponse)
{
    private readonly object _lock = new(); // guards the three collections, so that the n-th recorded request has the n-th scripted answer
    private readonly Queue<FakeResponse> _script = new();
    private readonly List<RecordedRequest> _requests = [];
    private RecordedRequest[]? _snapshot;
    private volatile FakeResponse? _standingResponse;
    private long _latencyTicks;

    public FakeResponse? StandingResponse
    {
        get => _standingResponse;
        set => _standingResponse = value;
    }

    public TimeSpan Latency
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _latencyTicks));
        set => Interlocked.Exchange(ref _latencyTicks, value.Ticks);
    }

    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return _snapshot ??= [.. _requests];
            }
        }
    }

    public void Enqueue(FakeResponse response, int times)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        lock (_lock)
        {
            for (int i = 0; i < times; i++)
            {
                _script.Enqueue(response);
            }
        }
    }

    /// <summary>Records the request, waits as its answer wants, and returns what to send: never <see cref="FakeResponse.Default"/>.</summary>
    public async Task<FakeResponse> RespondAsync(RecordedRequest request, CancellationToken cancellationToken)
    {
        (FakeResponse response, Task delay) = Record(request, cancellationToken);
        Task waitsFor = response.WaitsFor?.Invoke(request) ?? Task.CompletedTask;
        await waitsFor.WaitAsync(cancellationToken).ConfigureAwait(false);
        await delay.ConfigureAwait(false);
        return response.Kind == FakeResponseKind.Default ? defaultResponse(request) : response;
    }

    private (FakeResponse Response, Task Delay) Record(RecordedRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_script.TryDequeue(out FakeResponse? response))
            {
                response = _standingResponse ?? FakeResponse.Default;
            }

            // Started before the request can be seen: a test that sees it and then advances its clock must find the timer running.
            TimeSpan wait = response.Kind == FakeResponseKind.Default ? response.Delay + Latency : response.Delay;
            Task delay = wait > TimeSpan.Zero ? Task.Delay(wait, timeProvider, cancellationToken) : Task.CompletedTask;
            _requests.Add(request);
            _snapshot = null;
            return (response, delay);
        }
    }
}
