using System.Net.Sockets;
using Garnet;
using Garnet.server;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>Microsoft's Garnet, a server for the Redis protocol, in the test process.</summary>
internal sealed class GarnetStore : RedisProtocolStore
{
    private readonly GarnetServer _server;

    public GarnetStore()
    {
        _server = new GarnetServer(new GarnetServerOptions(null)
        {
            EndPoints = [new UnixDomainSocketEndPoint(Socket)],
            UnixSocketPath = Socket,
            // RedisCache and DistributedLock use scripts.
            EnableLua = true,
            LuaOptions = new LuaOptions(null),
            LogMemorySize = "64m",
            PageSize = "1m",
            IndexMemorySize = "1m",
            QuietMode = true,
        });
        _server.Start();
    }

    protected override Task StopAsync()
    {
        _server.Dispose();
        return Task.CompletedTask;
    }
}
