using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SpotifyClientCredentials.Soak;

/// <summary>A token endpoint with several failure modes, and the Web API. The server can go down and restart on the same port.</summary>
/// <remarks>FakeSpotify records every request. That suits a test, but not a run of hours that measures memory.</remarks>
internal sealed class SoakServer(ServerRecord record) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _secrets = new(StringComparer.Ordinal);
    private Listener _listener = null!; // set by StartAsync before the first use
    private volatile EndpointMode _mode;
    private volatile int _acceptedSecret;
    private int _tokenRequests;
    private int _concurrentTokenRequests;
    private int _maxConcurrentTokenRequests;
    private int _tokensIssued;

    public const string ClientId = "soak";

    public EndpointMode EndpointMode
    {
        set => _mode = value;
    }

    public int TokenRequests => Volatile.Read(ref _tokenRequests);

    public int MaxConcurrentTokenRequests => Volatile.Read(ref _maxConcurrentTokenRequests);

    public int TokensIssued => Volatile.Read(ref _tokensIssued);

    public SoakApi Api { get; } = new(record);

    public Uri Address => _listener.Address;

    public async Task StartAsync() => _listener = await Listener.StartAsync(port: 0, RespondAsync);

    /// <summary>Creates the next secret, which isn't accepted yet.</summary>
    public (int Number, string Secret) CreateSecret()
    {
        string secret = RandomNumberGenerator.GetHexString(32, lowercase: true);
        int number = _secrets.Count;
        _secrets[$"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{secret}"))}"] = number;
        return (number, secret);
    }

    /// <summary>Accepts only this secret from now on. Tokens issued for an older one stay valid.</summary>
    public void Accept(int secret) => _acceptedSecret = secret;

    public async Task RestartAsync(TimeSpan downFor)
    {
        ServerFailure down = record.Begin(ServerFailureKind.Down);
        int port = Address.Port;
        await _listener.DisposeAsync();
        await Task.Delay(downFor, TimeProvider.System);
        _listener = await Listener.StartAsync(port, RespondAsync);
        record.End(down);
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private Task RespondAsync(HttpContext context) => context.Request.Path == "/api/token" ? RespondToTokenRequestAsync(context) : Api.RespondAsync(context);

    private async Task RespondToTokenRequestAsync(HttpContext context)
    {
        // Counts as a failure until the token is sent.
        int? secret = _secrets.TryGetValue(context.Request.Headers.Authorization.ToString(), out int number) ? number : null;
        ServerFailure request = record.Begin(ServerFailureKind.NoResponse, secret);
        Interlocked.Increment(ref _tokenRequests);
        // Rotations and time limits end a request before its response. The next one may arrive before the server notices.
        int now = Interlocked.Increment(ref _concurrentTokenRequests);
        for (int most = MaxConcurrentTokenRequests; now > most; most = MaxConcurrentTokenRequests)
        {
            Interlocked.CompareExchange(ref _maxConcurrentTokenRequests, now, most);
        }

        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await RespondToTokenRequestAsync(context, request);
        }
        finally
        {
            Interlocked.Decrement(ref _concurrentTokenRequests);
            record.End(request);
        }
    }

    private Task RespondToTokenRequestAsync(HttpContext context, ServerFailure request)
    {
        switch (_mode)
        {
            case EndpointMode.Hanging:
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

            case EndpointMode.Resetting:
                context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.Close(timeout: 0);
                context.Abort();
                return Task.CompletedTask;

            case EndpointMode.Unavailable:
                return context.WriteAsync(HttpStatusCode.ServiceUnavailable, "text/html", "<html><title>503 Service Temporarily Unavailable</title></html>");

            default:
                return GrantAsync(context, request);
        }
    }

    private async Task GrantAsync(HttpContext context, ServerFailure request)
    {
        if (_mode == EndpointMode.Slow)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(200, 800)), TimeProvider.System, context.RequestAborted);
        }

        if (request.Secret is not { } secret || secret != _acceptedSecret)
        {
            request.Kind = ServerFailureKind.Rejected;
            const string Body = """{"error":"invalid_client","error_description":"Invalid client secret"}""";
            await context.WriteAsync(HttpStatusCode.BadRequest, "application/json", Body);
            return;
        }

        IssuedToken token = record.Issue($"BQ{RandomNumberGenerator.GetHexString(128)}", secret, request);
        Interlocked.Increment(ref _tokensIssued);
        string response = $$"""{"access_token":"{{token.Value}}","token_type":"Bearer","expires_in":{{SoakSettings.TokenLifetime.TotalSeconds}}}""";
        await context.WriteAsync(HttpStatusCode.OK, "application/json", response);
        record.MarkSent(token, request);
    }
}

/// <summary>How the token endpoint behaves.</summary>
internal enum EndpointMode
{
    Normal,
    Slow,
    Unavailable,
    Hanging,
    Resetting,
}
