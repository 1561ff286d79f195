using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Kestrel on a free port of 127.0.0.1, HTTP/1.1.</summary>
/// <remarks>
/// Built without a host: WebApplication, including its slim and empty builders, reads the configuration of the application under test, so
/// that ASPNETCORE_URLS would change the server's address.
/// </remarks>
internal sealed class LoopbackServer : IDisposable
{
    private readonly KestrelServer _server;

    private LoopbackServer(KestrelServer server, Uri address)
    {
        _server = server;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<LoopbackServer> StartAsync(Func<HttpContext, Task> respond, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        KestrelServerOptions options = new() { AddServerHeader = false, ResponseHeaderEncodingSelector = _ => Encoding.UTF8 };
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Loopback, port: 0, listen => listen.Protocols = HttpProtocols.Http1);
        // With the default backlog of 512, some of the clients that connect in a burst may have to retry, which takes a second.
        SocketTransportOptions sockets = new() { Backlog = 4096 };
        KestrelServer server = new(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(sockets), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
        try
        {
            await server.StartAsync(new HttpApplication(respond), cancellationToken).ConfigureAwait(false);
            return new LoopbackServer(server, new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()));
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Closes all connections at once, including those with a pending request.</summary>
    public async Task StopAsync() => await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);

    public void Dispose() => _server.Dispose();
}
