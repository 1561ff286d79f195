using System.Net;
using RichardSzalay.MockHttp;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>Returns scripted responses to token requests. The last one repeats.</summary>
internal sealed class ScriptedTokenEndpoint : IDisposable
{
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

    public void Enqueue(HttpStatusCode status, string body = "", string? retryAfter = null) => _responses.Enqueue(() =>
    {
        HttpResponseMessage response = new(status) { Content = new StringContent(body) };
        _ = retryAfter is null || response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    });

    public void Enqueue(Exception failure) => _responses.Enqueue(() => throw failure);

    public Task<AcquiredToken> AcquireAsync(CancellationToken cancellationToken = default) =>
        new TokenEndpointClient(_http.ToHttpClient, Time, Telemetry.Shared).AcquireAsync(
            new AcquisitionRequest(TestOptions.CreateValid(), Time.GetTimestamp()), cancellationToken);

    public static Task<TokenRequestException> FailureOf(Task<AcquiredToken> acquiring) =>
        Assert.ThrowsAsync<TokenRequestException>(() => acquiring.WaitAsync(Soon.HangLimit));

    public void Dispose() => _http.Dispose();
}
