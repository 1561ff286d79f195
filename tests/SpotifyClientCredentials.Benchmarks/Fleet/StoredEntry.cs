using System.Security.Cryptography;
using StackExchange.Redis;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The library's entry in the store, as IDistributedCache's implementation for Redis lays it: a hash whose field <c>data</c> is the value.</summary>
internal sealed class StoredEntry(IDatabase database, RedisKey key)
{
    private const string Data = "data";

    public async Task<byte[]> ReadAsync() => (byte[]?)await database.HashGetAsync(key, Data) ?? throw new InvalidOperationException("The entry has no data.");

    /// <summary>Replaces the value and lets it stay.</summary>
    public async Task WriteAsync(byte[] value)
    {
        await database.KeyDeleteAsync(key);
        await database.HashSetAsync(key, [new("absexp", -1), new("sldexp", -1), new(Data, value)]);
    }

    public Task WriteGarbageAsync() => WriteAsync(RandomNumberGenerator.GetBytes(200));

    /// <summary>Puts something there on which every command for a hash fails.</summary>
    public async Task WriteListAsync()
    {
        await database.KeyDeleteAsync(key);
        await database.ListRightPushAsync(key, "not a hash");
    }
}
