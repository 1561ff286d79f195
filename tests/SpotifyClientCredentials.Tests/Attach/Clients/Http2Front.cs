using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Attach.Clients;

/// <summary>
/// A server on loopback that accepts only HTTP/2 without TLS and forwards each request to a <see cref="FakeSpotify"/>, which uses HTTP/1.1.
/// </summary>
internal sealed class Http2Front : IAsyncDisposable
{
    private readonly ConcurrentBag<string> _connections = [];
    private readonly WebApplication _server;
    private readonly HttpClient _behind;

    private Http2Front(FakeSpotify fake)
    {
        _behind = fake.CreateClient();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0, listen => listen.Protocols = HttpProtocols.Http2));
        _server = builder.Build();
        _server.Run(ForwardAsync);
    }

    public Uri ApiBaseAddress => new(new Uri(_server.Urls.Single()), "/v1/");

    /// <summary>The connections that requests were received on.</summary>
    public IReadOnlyCollection<string> Connections => [.. _connections.Distinct()];

    public static async Task<Http2Front> StartAsync(FakeSpotify fake)
    {
        Http2Front front = new(fake);
        await front._server.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _behind.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        _connections.Add(context.Connection.Id);
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_behind.BaseAddress!, context.Request.Path + context.Request.QueryString));
        _ = request.Headers.TryAddWithoutValidation("Authorization", (string?)context.Request.Headers.Authorization);
        using HttpResponseMessage response = await _behind.SendAsync(request);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await response.Content.CopyToAsync(context.Response.Body);
    }
}
