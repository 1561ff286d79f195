using System.Net;
using RichardSzalay.MockHttp;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>Returns scripted responses to token requests. The last one repeats.</summary>
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

    /// <summary>The number of HttpClients that were created.</summary>
    public int Clients { get; private set; }

    public IEnumerable<string> FailedAttempts => _log.Events(3).Select(entry => entry.Message);

    public void Enqueue(HttpStatusCode status, string body = "", string? retryAfter = null) => _responses.Enqueue(() =>
    {
        HttpResponseMessage response = new(status) { Content = new StringContent(body) };
        _ = retryAfter is null || response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    });

    public void Enqueue(Exception failure) => _responses.Enqueue(() => throw failure);

    /// <param name="maxRetryAttempts">The setting of this name.</param>
    /// <param name="timeout">The time limit of the acquisition.</param>
    /// <param name="elapsed">The part of it that was spent before, for example on a store.</param>
    /// <param name="cancellationToken">Cancels the acquisition.</param>
    public Task<AcquiredToken> AcquireAsync(
        int maxRetryAttempts = 2, TimeSpan? timeout = null, TimeSpan elapsed = default, CancellationToken cancellationToken = default) =>
        new TokenEndpointClient(CreateClient, Time, _log.ForProvider(), Telemetry.Shared).AcquireAsync(
            new AcquisitionRequest(
                TestOptions.CreateValid(options => (options.MaxRetryAttempts, options.TokenRequestTimeout) = (maxRetryAttempts, timeout ?? TimeSpan.FromSeconds(10))),
                Time.TimestampAfter(Time.GetTimestamp(), -elapsed)),
            cancellationToken);

    public Task<TokenRequestException> FailAsync() => FailureOf(AcquireAsync());

    public static Task<TokenRequestException> FailureOf(Task<AcquiredToken> acquiring) =>
        Assert.ThrowsAsync<TokenRequestException>(() => acquiring.WaitAsync(Soon.HangLimit));

    /// <summary>Waits for the delay after an attempt of the first acquisition: each attempt sets two timers, its time limit and then the delay.</summary>
    public async Task<TimeSpan> RetryDelayAfterAsync(int attempt)
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
