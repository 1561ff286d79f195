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

/// <summary>The store of the fleet: a server for the Redis protocol in a separate process, which can be killed and frozen.</summary>
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

    /// <summary>Whether the system has signals to suspend and resume a process.</summary>
    public static bool CanFreeze => !OperatingSystem.IsWindows();

    /// <summary>The name and version of the server.</summary>
    public string Description { get; private set; } = "";

    private ConnectionMultiplexer Connection => _connection ?? throw new InvalidOperationException("The store is not running.");

    /// <param name="kind">The kind of store; null for redis-server if it is on the PATH, otherwise Garnet.</param>
    public static async Task<Store> StartAsync(StoreKind? kind)
    {
        bool hasRedis = IsOnPath("redis-server");
        if (kind == StoreKind.Redis && !hasRedis)
        {
            throw new InvalidOperationException("redis-server is not on the PATH. Install it, or use --store garnet.");
        }

        Store store = new(kind ?? (hasRedis ? StoreKind.Redis : StoreKind.Garnet));
        await store.ConnectAsync();
        IServer server = store.Connection.GetServers().Single();
        store.Description = store._kind == StoreKind.Redis ? $"redis-server {server.Version}" : $"Garnet {typeof(Garnet.GarnetServer).Assembly.GetName().Version!.ToString(3)}";
        return store;
    }

    public Task ClearAsync() => Connection.GetServers().Single().FlushAllDatabasesAsync();

    /// <summary>Kills the server at once. Its data is lost.</summary>
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

    /// <summary>Suspends the server: its connections stay open and get no response.</summary>
    public void Freeze() => _server.Signal("STOP");

    public void Thaw() => _server.Signal("CONT");

    /// <summary>
    /// Finds the one entry of the library and its value, waiting for it: callers get their token before it is written, and an entry that a fleet
    /// before wrote late may expire meanwhile.
    /// </summary>
    public async Task<(StoredEntry Entry, byte[] Value)> FindEntryAsync()
    {
        long startedAt = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(startedAt) < TimeSpan.FromSeconds(10))
        {
            if (await Connection.GetServers().Single().KeysAsync(pattern: "spotify-client-credentials:*").ToListAsync() is [RedisKey key]
                && new StoredEntry(Connection.GetDatabase(), key) is var entry && await entry.ReadAsync() is { } value)
            {
                return (entry, value);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        throw new InvalidOperationException("The library has not written an entry.");
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
        // The output is discarded, but must be read: the process would block once the pipe is full.
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
