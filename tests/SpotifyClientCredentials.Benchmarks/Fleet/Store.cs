using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

internal enum StoreKind
{
    Redis,
    Garnet,
}

/// <summary>What the fleet shares its token over: a server of Redis's protocol in a process of its own, and what may happen to one.</summary>
internal sealed class Store : IAsyncDisposable
{
    private readonly StoreKind _kind;
    private readonly int _port = FreePort();
    private Child _server;
    private ConnectionMultiplexer? _connection;

    private Store(StoreKind kind)
    {
        _kind = kind;
        _server = StartServer();
    }

    public string ConnectionString => $"127.0.0.1:{_port}";

    /// <summary>Whether there are the signals that stop a process and let it go on.</summary>
    public static bool CanFreeze => !OperatingSystem.IsWindows();

    /// <summary>Name and version, as it says itself.</summary>
    public string Description { get; private set; } = "";

    private ConnectionMultiplexer Connection => _connection ?? throw new InvalidOperationException("The store is not running.");

    /// <param name="kind">Null: a redis-server where there is one on the path, else Garnet.</param>
    public static async Task<Store> StartAsync(StoreKind? kind)
    {
        bool hasRedis = IsOnPath("redis-server");
        if (kind == StoreKind.Redis && !hasRedis)
        {
            throw new InvalidOperationException("There is no redis-server on the path. Install it, or take --store garnet.");
        }

        Store store = new(kind ?? (hasRedis ? StoreKind.Redis : StoreKind.Garnet));
        await store.ConnectAsync();
        IServer server = store.Connection.GetServers().Single();
        store.Description = store._kind == StoreKind.Redis ? $"redis-server {server.Version}" : $"Garnet {typeof(Garnet.GarnetServer).Assembly.GetName().Version!.ToString(3)}";
        return store;
    }

    public Task ClearAsync() => Connection.GetServers().Single().FlushAllDatabasesAsync();

    /// <summary>At once, with all that it holds.</summary>
    public async Task KillAsync()
    {
        await DisconnectAsync();
        _server.Dispose();
    }

    public async Task RestartAsync()
    {
        _server = StartServer();
        await ConnectAsync();
    }

    /// <summary>Keeps its connections open and answers nothing.</summary>
    public void Freeze() => _server.Signal("STOP");

    public void Thaw() => _server.Signal("CONT");

    /// <summary>The one entry of the library. Callers have their token before it is written.</summary>
    public async Task<StoredEntry> FindEntryAsync()
    {
        long startedAt = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(startedAt) < TimeSpan.FromSeconds(10))
        {
            if (await Connection.GetServers().Single().KeysAsync(pattern: "spotify-client-credentials:*").ToListAsync() is [RedisKey key])
            {
                return new StoredEntry(Connection.GetDatabase(), key);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        throw new InvalidOperationException("The library has written no entry.");
    }

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        _server.Dispose();
    }

    private Child StartServer()
    {
        Child server = _kind == StoreKind.Redis
            ? Child.Start("redis-server", ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            : Child.StartSelf("fleet-garnet", $"{_port}");
        // What it prints is nobody's concern, but it must not stand still because nobody takes it.
        server.Process.OutputDataReceived += static (_, _) => { };
        server.Process.BeginOutputReadLine();
        return server;
    }

    private async Task ConnectAsync()
    {
        ConfigurationOptions options = ConfigurationOptions.Parse($"{ConnectionString},allowAdmin=true,connectTimeout=1000");
        long startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                _connection = await ConnectionMultiplexer.ConnectAsync(options);
                return;
            }
            catch (RedisConnectionException) when (Stopwatch.GetElapsedTime(startedAt) < TimeSpan.FromSeconds(20) && !_server.Process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private async Task DisconnectAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
            _connection = null;
        }
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static int FreePort()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
