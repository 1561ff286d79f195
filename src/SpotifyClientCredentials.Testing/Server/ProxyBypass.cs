using System.Collections.Concurrent;
using System.Net;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>
/// Keeps requests to the servers of this process off the machine's proxy. .NET sends even requests to 127.0.0.1 through the proxy of the
/// environment variable <c>HTTP_PROXY</c> unless <c>NO_PROXY</c> names the address, and the proxy's own 127.0.0.1 is another machine.
/// </summary>
/// <remarks>
/// Wraps <see cref="HttpClient.DefaultProxy"/> because that reaches every client, those without a service container included.
/// </remarks>
internal sealed class ProxyBypass : IWebProxy
{
    private static readonly ConcurrentDictionary<string, object?> Authorities = new();
    private static readonly object InstallLock = new();

    private readonly IWebProxy _machineProxy;

    private ProxyBypass(IWebProxy machineProxy) => _machineProxy = machineProxy;

    public ICredentials? Credentials
    {
        get => _machineProxy.Credentials;
        set => _machineProxy.Credentials = value;
    }

    public static void Add(Uri server)
    {
        Authorities[server.Authority] = null;
        lock (InstallLock)
        {
            if (!HttpClient.DefaultProxy.IsBypassed(server))
            {
                HttpClient.DefaultProxy = new ProxyBypass(HttpClient.DefaultProxy);
            }
        }
    }

    public static void Remove(Uri server) => Authorities.TryRemove(server.Authority, out _);

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : _machineProxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => Authorities.ContainsKey(host.Authority) || _machineProxy.IsBypassed(host);
}
