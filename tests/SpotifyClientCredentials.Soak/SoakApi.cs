using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace SpotifyClientCredentials.Soak;

/// <summary>The Web API. Its requests say which call they belong to, so that the end of the call can be judged by them.</summary>
internal sealed class SoakApi(ServerRecord record)
{
    // A gateway refuses one good request in this many.
    private const int GatewayRefusesOneIn = 20;

    private readonly ConcurrentDictionary<int, ApiCall> _calls = new();
    private volatile bool _isGatewayFaulty;
    private volatile bool _isUserEndpointPolled;
    private volatile bool _isRefusingEverything;
    private int _lastCall;

    /// <summary>Whether callers call a user endpoint, too.</summary>
    public bool IsUserEndpointPolled
    {
        get => _isUserEndpointPolled;
        set => _isUserEndpointPolled = value;
    }

    public bool IsGatewayFaulty
    {
        set => _isGatewayFaulty = value;
    }

    /// <summary>Whether every token is refused. Afterwards those that were issued until then are revoked.</summary>
    public bool IsRefusingEverything
    {
        set
        {
            _isRefusingEverything = value;
            if (!value)
            {
                record.RevokeAll();
            }
        }
    }

    public int Begin(ApiCall call)
    {
        int number = Interlocked.Increment(ref _lastCall);
        _calls[number] = call;
        return number;
    }

    public void End(int number) => _calls.TryRemove(number, out _);

    public async Task RespondAsync(HttpContext context)
    {
        // A request that arrives after its caller gave up belongs to no call any more.
        int number = int.Parse(context.Request.Headers[ApiCall.Header].ToString(), CultureInfo.InvariantCulture);
        ApiCall call = _calls.GetValueOrDefault(number) ?? new ApiCall(context.Request.Path);
        string authorization = context.Request.Headers.Authorization.ToString();
        string? token = authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization["Bearer ".Length..] : null;
        Refusal refusal = record.Respond(token, call, () => Refuse(call.Path));
        await (refusal == Refusal.None
            ? context.WriteAsync(HttpStatusCode.OK, "application/json", """{"name":"Soak","type":"track"}""")
            : context.WriteAsync(HttpStatusCode.Unauthorized, "application/json", """{"error":{"status":401,"message":"Missing/invalid/expired access token"}}"""));
    }

    private Refusal Refuse(string path) =>
        _isRefusingEverything ? Refusal.Everything
        : path.EndsWith(ApiCall.UserPath, StringComparison.Ordinal) ? Refusal.NeedsUser
        : _isGatewayFaulty && Random.Shared.Next(GatewayRefusesOneIn) == 0 ? Refusal.Gateway
        : Refusal.None;
}
