using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using SpotifyClientCredentials.Soak;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Token endpoint and Web API for any number of apps, which counts and never fails.</summary>
/// <remarks>FakeSpotify keeps every request that it got, knows one secret, and does not say how old a token was that it saw.</remarks>
internal sealed class FleetServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (FleetApp App, string Secret)> _apps = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FleetToken> _tokens = new(StringComparer.Ordinal);
    private readonly TimeSpan _latency;
    private Listener _listener = null!; // set by StartAsync before anyone has the instance

    private FleetServer(TimeSpan latency) => _latency = latency;

    public Uri TokenEndpoint => new(_listener.Address, "/api/token");

    public Uri ApiBaseAddress => new(_listener.Address, "/v1/");

    /// <param name="latency">How long the token endpoint takes.</param>
    public static async Task<FleetServer> StartAsync(TimeSpan latency)
    {
        FleetServer server = new(latency);
        server._listener = await Listener.StartAsync(port: 0, server.RespondAsync);
        return server;
    }

    /// <param name="life">Of its tokens.</param>
    public FleetApp AddApp(TimeSpan life)
    {
        FleetApp app = new(life);
        foreach (string secret in (string[])[app.Secret, app.NewSecret])
        {
            _apps[$"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{app.ClientId}:{secret}"))}"] = (app, secret);
        }

        return app;
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private Task RespondAsync(HttpContext context) => context.Request.Path == "/api/token" ? GrantAsync(context) : RespondToCallAsync(context);

    private async Task GrantAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        if (!_apps.TryGetValue(context.Request.Headers.Authorization.ToString(), out (FleetApp App, string Secret) known))
        {
            await WriteAsync(context, HttpStatusCode.BadRequest, """{"error":"invalid_client","error_description":"Invalid client"}""");
            return;
        }

        long issuedAt = known.App.CountTokenRequest(known.Secret);
        await Task.Delay(_latency, TimeProvider.System, context.RequestAborted);
        string token = $"BQ{RandomNumberGenerator.GetHexString(128)}";
        _tokens[token] = known.App.Issue(issuedAt);
        await WriteAsync(context, HttpStatusCode.OK, $$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":{{known.App.Life.TotalSeconds}}}""");
    }

    private Task RespondToCallAsync(HttpContext context)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        bool isKnown = _tokens.TryGetValue(authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization["Bearer ".Length..] : "", out FleetToken? token);
        bool isStale = isKnown && Stopwatch.GetElapsedTime(token!.IssuedAt) >= token.App.Life;
        if (isStale)
        {
            token!.App.CountStaleToken();
        }

        return isKnown && !isStale && !token!.IsRevoked
            ? WriteAsync(context, HttpStatusCode.OK, """{"name":"Fleet","type":"track"}""")
            : WriteAsync(context, HttpStatusCode.Unauthorized, """{"error":{"status":401,"message":"Missing/invalid/expired access token"}}""");
    }

    private static async Task WriteAsync(HttpContext context, HttpStatusCode status, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
