using System.Security.Cryptography;
using StackExchange.Redis;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The library's entry in the store, in the format of the Redis implementation of IDistributedCache: a hash whose field <c>data</c> is the value.</summary>
internal sealed class StoredEntry(IDatabase database, RedisKey key)
{
    private const string Data = "data";

    public async Task<byte[]> ReadAsync() => (byte[]?)await database.HashGetAsync(key, Data) ?? throw new InvalidOperationException("The entry has no data.");

    /// <summary>Replaces the value. The new one doesn't expire.</summary>
    public async Task WriteAsync(byte[] value)
    {
        await database.KeyDeleteAsync(key);
        await database.HashSetAsync(key, [new("absexp", -1), new("sldexp", -1), new(Data, value)]);
    }

    public Task WriteGarbageAsync() => WriteAsync(RandomNumberGenerator.GetBytes(200));

    /// <summary>Replaces the entry by a list, on which every hash command fails.</summary>
    public async Task WriteListAsync()
    {
        await database.KeyDeleteAsync(key);
        await database.ListRightPushAsync(key, "not a hash");
    }
}
