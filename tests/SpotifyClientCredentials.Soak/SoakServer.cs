using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SpotifyClientCredentials.Soak;

/// <summary>Token endpoint and Web API, whose token endpoint has weather, and which can go down and come back on the same port.</summary>
/// <remarks>FakeSpotify keeps every request that it got, which a test wants and a run over hours that watches its memory does not.</remarks>
internal sealed class SoakServer(ServerRecord record) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _secrets = new(StringComparer.Ordinal);
    private Listener _listener = null!; // set by StartAsync before anyone has the instance
    private volatile Weather _weather;
    private volatile int _acceptedSecret;
    private int _tokenRequests;
    private int _tokenRequestsNow;
    private int _mostTokenRequestsAtOnce;
    private int _tokensIssued;
    private int _uselessTokensSeen;

    public const string ClientId = "soak";

    public Weather Weather
    {
        set => _weather = value;
    }

    public int TokenRequests => Volatile.Read(ref _tokenRequests);

    public int MostTokenRequestsAtOnce => Volatile.Read(ref _mostTokenRequestsAtOnce);

    public int TokensIssued => Volatile.Read(ref _tokensIssued);

    /// <summary>Calls that carried no token, an unknown one, or one whose life was over: a client that keeps its margin sends none.</summary>
    public int UselessTokensSeen => Volatile.Read(ref _uselessTokensSeen);

    public Uri Address => _listener.Address;

    public async Task StartAsync() => _listener = await Listener.StartAsync(port: 0, RespondAsync);

    /// <summary>Makes the next secret known; it is not accepted yet.</summary>
    public (int Number, string Secret) CreateSecret()
    {
        string secret = RandomNumberGenerator.GetHexString(32, lowercase: true);
        int number = _secrets.Count;
        _secrets[$"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{secret}"))}"] = number;
        return (number, secret);
    }

    /// <summary>Accepts this secret and no other. Tokens issued for an older one stay good.</summary>
    public void Accept(int secret) => _acceptedSecret = secret;

    public async Task RestartAsync(TimeSpan downFor)
    {
        Trouble down = record.Begin(TroubleKind.Down);
        int port = Address.Port;
        await _listener.DisposeAsync();
        await Task.Delay(downFor, TimeProvider.System);
        _listener = await Listener.StartAsync(port, RespondAsync);
        record.End(down);
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private Task RespondAsync(HttpContext context) => context.Request.Path == "/api/token" ? RespondToTokenRequestAsync(context) : RespondToCallAsync(context);

    private async Task RespondToTokenRequestAsync(HttpContext context)
    {
        // Until it has its token.
        Trouble request = record.Begin(TroubleKind.WithoutResponse);
        Interlocked.Increment(ref _tokenRequests);
        // Rotations and time limits end a request before its answer: the next may be here before the server has noticed.
        int now = Interlocked.Increment(ref _tokenRequestsNow);
        for (int most = MostTokenRequestsAtOnce; now > most; most = MostTokenRequestsAtOnce)
        {
            Interlocked.CompareExchange(ref _mostTokenRequestsAtOnce, now, most);
        }

        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await RespondToTokenRequestAsync(context, request);
        }
        finally
        {
            Interlocked.Decrement(ref _tokenRequestsNow);
            record.End(request);
        }
    }

    private Task RespondToTokenRequestAsync(HttpContext context, Trouble request)
    {
        switch (_weather)
        {
            case Weather.Hanging:
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

            case Weather.Resetting:
                context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.Close(timeout: 0);
                context.Abort();
                return Task.CompletedTask;

            case Weather.Unavailable:
                return WriteAsync(context, HttpStatusCode.ServiceUnavailable, "text/html", "<html><title>503 Service Temporarily Unavailable</title></html>");

            default:
                return GrantAsync(context, request);
        }
    }

    private async Task GrantAsync(HttpContext context, Trouble request)
    {
        if (_weather == Weather.Slow)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(200, 800)), TimeProvider.System, context.RequestAborted);
        }

        if (!_secrets.TryGetValue(context.Request.Headers.Authorization.ToString(), out int secret) || secret != _acceptedSecret)
        {
            request.Kind = TroubleKind.Refused;
            const string Refusal = """{"error":"invalid_client","error_description":"Invalid client secret"}""";
            await WriteAsync(context, HttpStatusCode.BadRequest, "application/json", Refusal);
            return;
        }

        IssuedToken token = record.Issue($"BQ{RandomNumberGenerator.GetHexString(128)}", secret, request);
        Interlocked.Increment(ref _tokensIssued);
        string response = $$"""{"access_token":"{{token.Value}}","token_type":"Bearer","expires_in":{{SoakSettings.TokenLife.TotalSeconds}}}""";
        await WriteAsync(context, HttpStatusCode.OK, "application/json", response);
        record.Deliver(token, request);
    }

    private Task RespondToCallAsync(HttpContext context)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        IssuedToken? token = authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? record.Find(authorization["Bearer ".Length..]) : null;
        TimeSpan now = record.Now;
        if (token is null || now >= token.Expires)
        {
            Interlocked.Increment(ref _uselessTokensSeen);
        }

        return token is not null && now < token.Expires && now < token.Revoked
            ? WriteAsync(context, HttpStatusCode.OK, "application/json", """{"name":"Soak","type":"track"}""")
            : WriteAsync(context, HttpStatusCode.Unauthorized, "application/json", """{"error":{"status":401,"message":"Missing/invalid/expired access token"}}""");
    }

    private static async Task WriteAsync(HttpContext context, HttpStatusCode status, string mediaType, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}

/// <summary>How the token endpoint behaves.</summary>
internal enum Weather
{
    Fair,
    Slow,
    Unavailable,
    Hanging,
    Resetting,
}
