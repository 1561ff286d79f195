namespace SpotifyClientCredentials.Testing;

/// <summary>One side of the fake, the token endpoint or the Web API: what was asked, and which answer is next.</summary>
internal sealed class ScriptedEndpoint(TimeProvider timeProvider, Func<RecordedRequest, FakeAnswer> honestAnswer)
{
    private readonly object _lock = new(); // guards the three collections, so that the n-th recorded request has the n-th scripted answer
    private readonly Queue<FakeAnswer> _script = new();
    private readonly List<RecordedRequest> _requests = [];
    private RecordedRequest[]? _snapshot;
    private volatile FakeAnswer? _standingAnswer;
    private long _honestDelayTicks;

    public FakeAnswer? StandingAnswer
    {
        get => _standingAnswer;
        set => _standingAnswer = value;
    }

    public TimeSpan HonestDelay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _honestDelayTicks));
        set => Interlocked.Exchange(ref _honestDelayTicks, value.Ticks);
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

    public void Enqueue(FakeAnswer answer, int times)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        lock (_lock)
        {
            for (int i = 0; i < times; i++)
            {
                _script.Enqueue(answer);
            }
        }
    }

    /// <summary>Records the request, waits as its answer wants, and returns what to send: never <see cref="FakeAnswer.Honest"/>.</summary>
    public async Task<FakeAnswer> AnswerAsync(RecordedRequest request, CancellationToken cancellationToken)
    {
        (FakeAnswer answer, Task delay) = Record(request, cancellationToken);
        Task gate = answer.Gate?.Invoke(request) ?? Task.CompletedTask;
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        await delay.ConfigureAwait(false);
        return answer.Kind == FakeAnswerKind.Honest ? honestAnswer(request) : answer;
    }

    private (FakeAnswer Answer, Task Delay) Record(RecordedRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_script.TryDequeue(out FakeAnswer? answer))
            {
                answer = _standingAnswer ?? FakeAnswer.Honest;
            }

            // Started before the request can be seen: a test that sees it and then advances its clock must find the timer running.
            TimeSpan wait = answer.Kind == FakeAnswerKind.Honest ? answer.Delay + HonestDelay : answer.Delay;
            Task delay = wait > TimeSpan.Zero ? Task.Delay(wait, timeProvider, cancellationToken) : Task.CompletedTask;
            _requests.Add(request);
            _snapshot = null;
            return (answer, delay);
        }
    }
}
