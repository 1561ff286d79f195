using System.Globalization;
using System.Net;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>
/// A Web API that allows 60 calls in a rolling 30 s, bans for 5 s who exceeds it, and doubles what is left of the ban, up to 24 h, for each
/// call that comes a second or more into it.
/// </summary>
internal sealed class LimitedApi(TimeProvider clock) : HttpMessageHandler
{
    private const int Allowed = 60;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Ban = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBan = TimeSpan.FromHours(24);
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(100);

    private readonly object _lock = new();
    private readonly Queue<DateTimeOffset> _served = new();
    private Task _sending = Task.CompletedTask;
    private DateTimeOffset _banSince;
    private DateTimeOffset _banUntil;

    public int Served { get; private set; }

    public int BansBegun { get; private set; }

    public int BansLengthened { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (TimeSpan? retryAfter, Task sending) = Receive(clock.GetUtcNow());
        await sending.WaitAsync(cancellationToken);
        HttpResponseMessage response = new(retryAfter is null ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests) { RequestMessage = request };
        if (retryAfter is { } left)
        {
            response.Headers.Add("Retry-After", Math.Ceiling(left.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }

        return response;
    }

    /// <returns>What is left of the ban, or null if the call is served; and when its response comes: in the order of arrival.</returns>
    private (TimeSpan? RetryAfter, Task Sending) Receive(DateTimeOffset now)
    {
        lock (_lock)
        {
            while (_served.TryPeek(out DateTimeOffset oldest) && now - oldest >= Window)
            {
                _ = _served.Dequeue();
            }

            if (now < _banUntil && now - _banSince >= TimeSpan.FromSeconds(1))
            {
                BansLengthened++;
                TimeSpan doubled = (_banUntil - now) * 2;
                _banUntil = now + (doubled < LongestBan ? doubled : LongestBan);
            }
            else if (now >= _banUntil && _served.Count == Allowed)
            {
                BansBegun++;
                (_banSince, _banUntil) = (now, now + Ban);
            }
            else if (now >= _banUntil)
            {
                _served.Enqueue(now);
                Served++;
            }

            _sending = Task.WhenAll(_sending, Task.Delay(Latency, clock));
            return (now < _banUntil ? _banUntil - now : null, _sending);
        }
    }
}
