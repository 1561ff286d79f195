namespace SpotifyClientCredentials.Testing.Server;

/// <summary>The token endpoint or the Web API: records requests and selects their responses.</summary>
internal sealed class ScriptedEndpoint(TimeProvider timeProvider, Func<RecordedRequest, FakeResponse> defaultResponse)
{
    // Guards the next three fields, so that the n-th recorded request gets the n-th enqueued response.
    private readonly object _lock = new();
    private readonly Queue<FakeResponse> _enqueued = new();
    private readonly List<RecordedRequest> _requests = [];
    private RecordedRequest[]? _snapshot;
    private volatile FakeResponse? _response;
    private long _latencyTicks;

    /// <summary>The response while none is enqueued. If null, the default response.</summary>
    public FakeResponse? Response
    {
        get => _response;
        set => _response = value;
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
                _enqueued.Enqueue(response);
            }
        }
    }

    /// <summary>Records the request and waits as its response specifies.</summary>
    /// <returns>The response to send, never <see cref="FakeResponse.Default"/>.</returns>
    public async Task<FakeResponse> RespondAsync(RecordedRequest request, CancellationToken cancellationToken)
    {
        (FakeResponse response, Task delay) = Record(request, cancellationToken);
        Task task = response.GetTask?.Invoke(request) ?? Task.CompletedTask;
        await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await delay.ConfigureAwait(false);
        return response.Kind == FakeResponseKind.Default ? defaultResponse(request) : response;
    }

    private (FakeResponse Response, Task Delay) Record(RecordedRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_enqueued.TryDequeue(out FakeResponse? response))
            {
                response = _response ?? FakeResponse.Default;
            }

            // Start the timer before the request is visible: a test may advance its clock as soon as it sees the request.
            TimeSpan duration = response.Kind == FakeResponseKind.Default ? response.Delay + Latency : response.Delay;
            Task delay = duration > TimeSpan.Zero ? Task.Delay(duration, timeProvider, cancellationToken) : Task.CompletedTask;
            _requests.Add(request);
            _snapshot = null;
            return (response, delay);
        }
    }
}
