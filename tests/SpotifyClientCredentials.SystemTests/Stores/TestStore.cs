using Microsoft.Extensions.Caching.Distributed;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>A real store that lives for one test or for several.</summary>
internal abstract class TestStore : IAsyncDisposable
{
    public const string Memory = "memory";
    public const string Sqlite = "SQLite";
    public const string Garnet = "Garnet";
    public const string Redis = "Redis";

    /// <summary>All kinds available on this machine; includes Redis if <c>redis-server</c> is on the PATH.</summary>
    public static IReadOnlyList<string> Kinds { get; } = RedisServerStore.IsInstalled ? [Memory, Sqlite, Garnet, Redis] : [Memory, Sqlite, Garnet];

    /// <summary>The kinds that use the Redis protocol.</summary>
    public static IReadOnlyList<string> RedisKinds { get; } = [.. Kinds.Where(kind => kind is Garnet or Redis)];

    public static async Task<TestStore> StartAsync(string kind) => kind switch
    {
        Memory => new MemoryStore(),
        Sqlite => new SqliteStore(),
        Garnet => new GarnetStore(),
        Redis => await RedisServerStore.StartAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Creates a client of the store, one per application instance. The caller disposes it.</summary>
    public abstract IDistributedCache Connect();

    /// <summary>Returns every key and value in the store, with bytes decoded as Latin-1.</summary>
    public abstract Task<string> DumpAsync();

    public abstract ValueTask DisposeAsync();
}
