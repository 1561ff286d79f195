using System.Net;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>The token endpoint or the Web API: records requests and selects their responses.</summary>
/// <param name="scriptLock">
/// Shared by both endpoints, since a responder of one may read the requests of the other, while a responder of the other does the same.
/// </param>
/// <param name="timeProvider">The clock of delays.</param>
/// <param name="defaultResponse">Creates the response where none is scripted.</param>
internal sealed class ScriptedEndpoint(object scriptLock, TimeProvider timeProvider, Func<RecordedRequest, FakeResponse> defaultResponse)
{
    // scriptLock guards the next three fields, so that the n-th recorded request gets the n-th enqueued response.
    private readonly Queue<FakeResponse> _enqueued = new();
    private readonly List<RecordedRequest> _requests = [];
    private RecordedRequest[]? _snapshot;
    private volatile Func<RecordedRequest, FakeResponse?>? _responder;
    private volatile FakeResponse? _response;
    private long _latencyTicks;

    /// <summary>Selects a response while none is enqueued. If null, or if it returns null, the standing response.</summary>
    public Func<RecordedRequest, FakeResponse?>? Responder
    {
        get => _responder;
        set => _responder = value;
    }

    /// <summary>The standing response. If null, the default response.</summary>
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
            lock (scriptLock)
            {
                return _snapshot ??= [.. _requests];
            }
        }
    }

    public void Enqueue(FakeResponse response, int times)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        lock (scriptLock)
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
        lock (scriptLock)
        {
            if (!_enqueued.TryDequeue(out FakeResponse? response))
            {
                response = InvokeResponder(request) ?? _response ?? FakeResponse.Default;
            }

            // Start the timer before the request is visible: a test may advance its clock as soon as it sees the request.
            TimeSpan duration = response.Kind == FakeResponseKind.Default ? response.Delay + Latency : response.Delay;
            Task delay = duration > TimeSpan.Zero ? Task.Delay(duration, timeProvider, cancellationToken) : Task.CompletedTask;
            _requests.Add(request);
            _snapshot = null;
            return (response, delay);
        }
    }

    private FakeResponse? InvokeResponder(RecordedRequest request)
    {
        try
        {
            return _responder?.Invoke(request);
        }
        catch (Exception e) // whatever a test's function throws must not leave the client without a response
        {
            return FakeResponse.Text($"The responder threw {e.GetType()}.", HttpStatusCode.InternalServerError);
        }
    }
}
