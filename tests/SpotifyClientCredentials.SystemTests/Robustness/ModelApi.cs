using System.Collections.Concurrent;
using System.Net;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A Web API that responds at once, and that fails the test if it gets a token past its margin.</summary>
internal sealed class ModelApi : HttpMessageHandler
{
    private int _sent;

    public ConcurrentDictionary<string, bool> Rejected { get; } = new();

    public ConcurrentDictionary<string, TimeSpan> UsableUntil { get; } = new();

    public bool RejectsEverything { get; set; }

    public TimeSpan Now { get; set; }

    public int Sent => Volatile.Read(ref _sent);

    public string? LastToken { get; private set; }

    public bool Accepts(string token) => !RejectsEverything && !Rejected.ContainsKey(token);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Send(request, cancellationToken));

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string token = request.Headers.Authorization!.Parameter!;
        LastToken = token;
        bool isAccepted = Accepts(token);
        Interlocked.Increment(ref _sent);
        Assert.True(Now < UsableUntil[token], "A token past its margin was sent.");
        return new HttpResponseMessage(isAccepted ? HttpStatusCode.OK : HttpStatusCode.Unauthorized) { RequestMessage = request };
    }
}
