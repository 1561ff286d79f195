using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SpotifyClientCredentials.Limit;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Limit;

/// <summary>
/// Random calls, responses, failures, cancellations and steps of either clock, checked against the promises of the limiter: nothing is sent to
/// what is closed, nobody waits longer than MaxWait, nobody is refused who could have waited, no 30 seconds see more than the budget, what opens
/// lets all through, first come, first served.
/// </summary>
internal sealed class RateLimitModel : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Quarter = TimeSpan.FromSeconds(0.25); // the resolution of the library's history
    private static readonly string[] Paths = ["GET /v1/search", "GET /v1/tracks/{id}", "GET /v1/albums/{id}"];

    private readonly Random _random;
    private readonly TimeSpan _maxWait;
    private readonly SplitClock _clock = new();
    private readonly RateLimiter _limiter;
    private readonly List<Call> _waiting = [];
    private readonly List<Call> _inFlight = [];
    private readonly List<Call> _sent = [];
    private readonly List<TimeSpan> _allowed = [];
    private readonly Dictionary<string, Scope> _paths = Paths.ToDictionary(path => path, _ => new Scope());
    private readonly Scope _app = new();
    private readonly long _start;
    private int _closings;
    private int _calls;

    public RateLimitModel(int seed)
    {
        _random = new Random(seed);
        _maxWait = TimeSpan.FromSeconds(_random.Next(0, 4) * 10);
        _start = _clock.GetTimestamp();
        _limiter = new RateLimiter("", _clock, NullLogger.Instance, RateLimitTelemetry.From(meters: null));
    }

    /// <summary>What happened, by name.</summary>
    public Dictionary<string, int> Counts { get; } = [];

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    private DateTimeOffset WallNow => _clock.GetUtcNow();

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Step(_random.Next(100));
            LetGo();
        }

        // What opens lets all through.
        for (int i = 0; i < 1000 && _waiting.Count > 0; i++)
        {
            while (_inFlight.Count > 0)
            {
                End(_inFlight[0], HttpStatusCode.OK, retryAfter: null);
                LetGo();
            }

            _clock.Advance(TimeSpan.FromSeconds(30));
            LetGo();
        }

        Assert.Empty(_waiting);
    }

    public void Dispose() => _limiter.Dispose();

    private void Step(int choice)
    {
        switch (choice)
        {
            case < 50:
                Enter(Paths[_random.Next(_random.Next(2) == 0 ? 1 : Paths.Length)]);
                break;
            case < 72 when _inFlight.Count > 0:
                End(Pick(_inFlight), HttpStatusCode.OK, retryAfter: null);
                break;
            case < 77 when _inFlight.Count > 0:
                End(Pick(_inFlight), HttpStatusCode.TooManyRequests, _random.Next(3) == 0 ? null : TimeSpan.FromSeconds(_random.Next(1, 40)));
                break;
            case < 79 when _inFlight.Count > 0:
                Fail(Pick(_inFlight));
                break;
            case < 80 when _waiting.Count > 0:
                Cancel(Pick(_waiting));
                break;
            case < 96:
                Advance(TimeSpan.FromMilliseconds(_random.Next(1, _random.Next(10) == 0 ? 40_000 : 3_000)));
                break;
            case < 98:
                _clock.AdvanceWall(TimeSpan.FromSeconds(_random.Next(1, 100)));
                Count("wall clock moved");
                break;
            default:
                Advance(TimeSpan.FromMinutes(11));
                break;
        }
    }

    private void Enter(string path)
    {
        Call call = new(path, Now, _calls++);
        call.Limited = _limiter.Enter(path, _maxWait);
        if (call.Limited.RetryAfter is { } retryAfter)
        {
            Count("refused");
            Assert.True(_maxWait == TimeSpan.Zero || retryAfter > _maxWait, $"refused with {retryAfter} of {_maxWait}");
            bool mayHaveWaited = Scopes(path).All(scope => scope.LeftOf(Now, WallNow) <= _maxWait && scope is { Budget: null, IsUnsure: false });
            Assert.False(mayHaveWaited && _maxWait > TimeSpan.Zero, "could have waited");
            return;
        }

        _waiting.Add(call);
    }

    private void End(Call call, HttpStatusCode status, TimeSpan? retryAfter)
    {
        _inFlight.Remove(call);
        if (status == HttpStatusCode.TooManyRequests)
        {
            Count("429");
            Reject(call, retryAfter);
        }
        else
        {
            Count("allowed");
            _allowed.Add(Now);
            foreach (Scope scope in _paths.Values.Append(_app).Where(scope => call.SentAfter < scope.ClosedAs && scope.Budget is not null))
            {
                scope.Late++;
            }

            foreach ((string path, Scope scope) in _paths)
            {
                bool isOwn = path == call.Path;
                scope.IsAlone = !isOwn && (scope.IsAlone || (scope.Row > 0 && call.SentAfter >= scope.ClosedAs));
                scope.Row = isOwn ? 0 : scope.Row;
            }
        }

        _limiter.OnResponse(call.Limited, status, retryAfter);
    }

    private void Reject(Call call, TimeSpan? retryAfter)
    {
        _closings++;
        Scope path = _paths[call.Path];
        if (call.SentAfter < path.ClosedAs)
        {
            Count("429 in flight");
            foreach (Scope scope in Scopes(call.Path).Where(scope => call.SentAfter < scope.ClosedAs))
            {
                scope.Lengthen(Now, WallNow, retryAfter);
            }

            return;
        }

        path.Row++;
        TimeSpan length = retryAfter ?? TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, path.Row - 1)));
        bool closesApp = !path.IsAlone && _paths.Values.Any(other => other != path && !other.IsAlone && other.IsRecent(Now, WallNow));
        Close(path, length);
        if (closesApp && call.SentAfter < _app.ClosedAs)
        {
            _app.Lengthen(Now, WallNow, retryAfter);
        }
        else if (closesApp)
        {
            Count("app closed");
            Close(_app, length);
        }
    }

    private void Close(Scope scope, TimeSpan length)
    {
        int most = _allowed.Count(at => Now - at < Window + Quarter);
        int least = _allowed.Count(at => Now - at < Window - Quarter);
        scope.Lengthen(Now, WallNow, length);
        if (most >= 20 && (least >= 20 || scope.Budget is not null))
        {
            Count("budget learned");
            scope.Budget = least >= 20 ? most : Math.Max(most, scope.Budget!.Value + scope.Late);
            scope.Late = 0;
        }
        else if (most >= 20)
        {
            scope.IsUnsure = true; // at the edge of the window, either is right
        }

        scope.ClosedAs = _closings;
    }

    private void Fail(Call call)
    {
        Count("failed");
        _inFlight.Remove(call);
        _limiter.OnFailed(call.Limited, wasSent: true);
    }

    private void Cancel(Call call)
    {
        Count("cancelled");
        _waiting.Remove(call);
        _limiter.OnFailed(call.Limited, wasSent: false);
    }

    private void Advance(TimeSpan time)
    {
        // In steps, as the timers of waiting calls would end them.
        TimeSpan next = _waiting.Count == 0 ? time : _waiting.Min(call => call.ArrivedAt) + _maxWait - Now;
        TimeSpan step = next > TimeSpan.Zero && next < time ? next : time;
        _clock.Advance(step);
        LetGo();
        foreach (Call call in _waiting.Where(call => Now - call.ArrivedAt >= _maxWait).ToArray())
        {
            _limiter.OnWaited(call.Limited);
            Assert.NotEqual(call.Limited.Admitted.IsCompleted, call.Limited.RetryAfter is not null);
            if (call.Limited.RetryAfter is not null)
            {
                Count("waited in vain");
                _waiting.Remove(call);
            }
        }

        LetGo();
        Assert.All(_waiting, call => Assert.True(Now - call.ArrivedAt < _maxWait, "waits longer than MaxWait"));
        if (step < time)
        {
            Advance(time - step);
        }
    }

    /// <summary>Sends what the limiter let go, and checks the promises.</summary>
    private void LetGo()
    {
        foreach (Call call in _waiting.Where(call => call.Limited.Admitted.IsCompleted).ToArray())
        {
            Count(call.ArrivedAt < Now ? "sent after waiting" : "sent at once");
            Assert.DoesNotContain(_waiting, other => other.Path == call.Path && other.Number < call.Number && !other.Limited.Admitted.IsCompleted);
            Assert.All(Scopes(call.Path), scope => Assert.True(scope.LeftOf(Now, WallNow) <= TimeSpan.Zero, "sent to what is closed"));
            _waiting.Remove(call);
            _inFlight.Add(call);
            _sent.Add(call);
            (call.SentAfter, call.SentAt) = (_closings, Now);
            AssertWithin(_app, _ => true);
            AssertWithin(_paths[call.Path], sent => sent.Path == call.Path);
        }
    }

    private void AssertWithin(Scope scope, Func<Call, bool> concerns)
    {
        scope.ExpireBudget(Now, WallNow);
        // How many were in flight when it closed is known once they have ended.
        int sent = _sent.Count(call => concerns(call) && Now - call.SentAt < Window && !(call.SentAfter < scope.ClosedAs && _inFlight.Contains(call)));
        if (scope is { Budget: { } allowed, IsUnsure: false })
        {
            Count("sent within a budget");
            Assert.True(sent <= (allowed + scope.Late) * 9 / 10, $"{sent} calls in 30 s, where {allowed} + {scope.Late} were allowed");
        }
    }

    private Scope[] Scopes(string path) => [_paths[path], _app];

    private Call Pick(List<Call> calls) => calls[_random.Next(calls.Count)];

    private void Count(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;

    private sealed class Call(string path, TimeSpan arrivedAt, int number)
    {
        public string Path { get; } = path;

        public TimeSpan ArrivedAt { get; } = arrivedAt;

        public int Number { get; } = number;

        public RateLimitedCall Limited { get; set; } = null!;

        public int SentAfter { get; set; }

        public TimeSpan SentAt { get; set; }
    }

    private sealed class Scope
    {
        private TimeSpan _until;
        private DateTimeOffset _wallUntil;
        private TimeSpan? _last;
        private DateTimeOffset _wallLast;

        public int ClosedAs { get; set; }

        public int Row { get; set; }

        public bool IsAlone { get; set; }

        public int? Budget { get; set; }

        public int Late { get; set; }

        public bool IsUnsure { get; set; }

        public TimeSpan LeftOf(TimeSpan now, DateTimeOffset wallNow) => _until - now < _wallUntil - wallNow ? _until - now : _wallUntil - wallNow;

        public bool IsRecent(TimeSpan now, DateTimeOffset wallNow) =>
            _last is { } last && now - last < TimeSpan.FromMinutes(10) && wallNow - _wallLast < TimeSpan.FromMinutes(10);

        public void Lengthen(TimeSpan now, DateTimeOffset wallNow, TimeSpan? length)
        {
            ExpireBudget(now, wallNow);
            if (length is { } time && time > LeftOf(now, wallNow))
            {
                (_until, _wallUntil, _last, _wallLast) = (now + time, wallNow + time, now, wallNow);
            }
        }

        public void ExpireBudget(TimeSpan now, DateTimeOffset wallNow)
        {
            if (LeftOf(now, wallNow) <= TimeSpan.FromMinutes(-10))
            {
                (Budget, IsUnsure, Late) = (null, false, 0);
            }
        }
    }
}
