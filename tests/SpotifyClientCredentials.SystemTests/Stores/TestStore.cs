using Microsoft.Extensions.Caching.Distributed;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>A real store, for the time of a test or of several.</summary>
internal abstract class TestStore : IAsyncDisposable
{
    public const string Memory = "memory";
    public const string Sqlite = "SQLite";
    public const string Garnet = "Garnet";
    public const string Redis = "Redis";

    /// <summary>All kinds that this machine has; Redis where its server is on the PATH.</summary>
    public static IReadOnlyList<string> Kinds { get; } = RedisServerStore.IsInstalled ? [Memory, Sqlite, Garnet, Redis] : [Memory, Sqlite, Garnet];

    /// <summary>Those that speak the protocol of Redis.</summary>
    public static IReadOnlyList<string> RedisKinds { get; } = [.. Kinds.Where(kind => kind is Garnet or Redis)];

    public static async Task<TestStore> StartAsync(string kind) => kind switch
    {
        Memory => new MemoryStore(),
        Sqlite => new SqliteStore(),
        Garnet => new GarnetStore(),
        Redis => await RedisServerStore.StartAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A client of the store, as each instance of an application has its own. The caller disposes it.</summary>
    public abstract IDistributedCache Connect();

    /// <summary>Every key and value in it, bytes as the characters of the same numbers.</summary>
    public abstract Task<string> DumpAsync();

    public abstract ValueTask DisposeAsync();
}
