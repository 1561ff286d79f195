using System.Net;
using RichardSzalay.MockHttp;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>Answers token requests by a script, whose last answer is given to all that follow.</summary>
internal sealed class ScriptedTokenEndpoint : IDisposable
{
    private readonly RecordingLoggerProvider _log = new();
    private readonly MockHttpMessageHandler _http = new();
    private readonly Queue<Func<HttpResponseMessage>> _responses = new();
    private int _requests;

    public ScriptedTokenEndpoint() => _http.When(HttpMethod.Post, "*").Respond(_ =>
    {
        Interlocked.Increment(ref _requests);
        return _responses.Count > 1 ? _responses.Dequeue()() : _responses.Peek()();
    });

    public WatchedTimeProvider Time { get; } = new();

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How many HttpClients were asked for.</summary>
    public int Clients { get; private set; }

    public IEnumerable<string> FailedAttempts => _log.Events(3).Select(entry => entry.Message);

    public void Enqueue(HttpStatusCode status, string body = "", string? retryAfter = null) => _responses.Enqueue(() =>
    {
        HttpResponseMessage response = new(status) { Content = new StringContent(body) };
        _ = retryAfter is null || response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    });

    public void Enqueue(Exception failure) => _responses.Enqueue(() => throw failure);

    /// <param name="maxRetryAttempts">That setting.</param>
    /// <param name="timeout">The time limit of the acquisition.</param>
    /// <param name="gone">How much of that was spent before, on a store for example.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<AcquiredToken> AcquireAsync(
        int maxRetryAttempts = 2, TimeSpan? timeout = null, TimeSpan gone = default, CancellationToken cancellationToken = default) =>
        new TokenEndpointClient(CreateClient, Time, _log.ForProvider(), Telemetry.OfProcess).AcquireAsync(
            new AcquisitionRequest(
                TestOptions.CreateValid(options => (options.MaxRetryAttempts, options.TokenRequestTimeout) = (maxRetryAttempts, timeout ?? TimeSpan.FromSeconds(10))),
                Time.TimestampAfter(Time.GetTimestamp(), -gone)),
            cancellationToken);

    public Task<TokenRequestException> FailAsync() => FailureOf(AcquireAsync());

    public static Task<TokenRequestException> FailureOf(Task<AcquiredToken> acquiring) =>
        Assert.ThrowsAsync<TokenRequestException>(() => acquiring.WaitAsync(Soon.HangLimit));

    /// <summary>The pause after an attempt of the first acquisition, once it has begun: each attempt sets two timers, its own limit and then the pause.</summary>
    public async Task<TimeSpan> PauseAfterAsync(int attempt)
    {
        await Soon.UntilAsync(() => Time.Timers.Count >= 2 * attempt);
        return Time.Timers[(2 * attempt) - 1];
    }

    private HttpClient CreateClient()
    {
        Clients++;
        return _http.ToHttpClient();
    }

    public void Dispose()
    {
        _http.Dispose();
        _log.Dispose();
    }
}
