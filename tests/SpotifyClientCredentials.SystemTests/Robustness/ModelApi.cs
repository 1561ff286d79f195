using System.Net;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A Web API whose responses the test decides, and which may keep a caller waiting.</summary>
internal sealed class ModelApi(ModelCalls calls, ModelClock clock) : HttpMessageHandler
{
    public static readonly HttpRequestOptionsKey<PendingCall> CallKey = new("call");

    // The last two need a user.
    public static readonly string[] Paths = ["search", "tracks/1", "albums/2", "me", "me/playlists"];

    private readonly HashSet<int> _revoked = [];
    private readonly List<Held> _held = [];
    private bool _holdsNext;
    private HttpStatusCode? _next;

    public bool RejectsEverything { get; set; }

    /// <summary>Tokens from here on are rejected.</summary>
    public int RejectsFrom { get; set; } = int.MaxValue;

    public bool HasHeld => _held.Count > 0;

    public void Revoke(int token) => _revoked.Add(token);

    /// <summary>The next response has this status, whatever the token.</summary>
    public void RespondNext(HttpStatusCode status) => _next = status;

    /// <summary>The next response waits for <see cref="Release"/>.</summary>
    public void HoldNext() => _holdsNext = true;

    public void Release(int choice)
    {
        Held held = _held[choice % _held.Count];
        _held.Remove(held);
        if (!held.Result.Task.IsCompleted)
        {
            calls.OnResponse(held.Call, held.Status);
            held.Result.TrySetResult(new HttpResponseMessage(held.Status) { RequestMessage = held.Request });
        }
    }

    public bool Accepts(string path, ModelToken token) => _next is null && !_holdsNext && StatusFor(path, token) == HttpStatusCode.OK;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.TryGetValue(CallKey, out PendingCall? call);
        calls.OnSent(call!, request.Headers.Authorization!.Parameter!);
        HttpStatusCode status = _next ?? StatusFor(call!.Path!, call.Sent[^1]);
        _next = null;
        if (!_holdsNext)
        {
            calls.OnResponse(call!, status);
            return Task.FromResult(new HttpResponseMessage(status) { RequestMessage = request });
        }

        _holdsNext = false;
        // The handler goes on within Release, before anything else can happen.
        Held held = new(call!, request, status, new TaskCompletionSource<HttpResponseMessage>());
        _held.Add(held);
        cancellationToken.Register(() => held.Result.TrySetCanceled(cancellationToken));
        return held.Result.Task;
    }

    private HttpStatusCode StatusFor(string path, ModelToken token)
    {
        bool isGood = !RejectsEverything && token.Number < RejectsFrom && !_revoked.Contains(token.Number) && clock.Now < token.Expires;
        return isGood && !path.StartsWith("me", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.Unauthorized;
    }

    private sealed record Held(PendingCall Call, HttpRequestMessage Request, HttpStatusCode Status, TaskCompletionSource<HttpResponseMessage> Result);
}
