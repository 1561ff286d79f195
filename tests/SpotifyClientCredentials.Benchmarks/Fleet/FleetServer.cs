using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using SpotifyClientCredentials.Soak;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A token endpoint and a Web API for any number of apps. It counts requests and never fails.</summary>
/// <remarks>FakeSpotify records every request, accepts a single secret, and doesn't report expired tokens separately.</remarks>
internal sealed class FleetServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (FleetApp App, string Secret)> _apps = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FleetToken> _tokens = new(StringComparer.Ordinal);
    private readonly TimeSpan _latency;
    private Listener _listener = null!; // set by StartAsync before the first use

    private FleetServer(TimeSpan latency) => _latency = latency;

    public Uri TokenEndpoint => new(_listener.Address, "/api/token");

    public Uri ApiBaseAddress => new(_listener.Address, "/v1/");

    /// <param name="latency">The response time of the token endpoint.</param>
    public static async Task<FleetServer> StartAsync(TimeSpan latency)
    {
        FleetServer server = new(latency);
        server._listener = await Listener.StartAsync(port: 0, server.RespondAsync);
        return server;
    }

    /// <param name="tokenLifetime">The lifetime of its tokens.</param>
    public FleetApp AddApp(TimeSpan tokenLifetime)
    {
        FleetApp app = new(tokenLifetime);
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
        await WriteAsync(context, HttpStatusCode.OK, $$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":{{known.App.TokenLifetime.TotalSeconds}}}""");
    }

    private Task RespondToCallAsync(HttpContext context)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        bool isKnown = _tokens.TryGetValue(authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization["Bearer ".Length..] : "", out FleetToken? token);
        bool isStale = isKnown && Stopwatch.GetElapsedTime(token!.IssuedAt) >= token.App.TokenLifetime;
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
