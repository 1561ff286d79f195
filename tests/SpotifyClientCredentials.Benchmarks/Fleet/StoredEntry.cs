using System.Security.Cryptography;
using StackExchange.Redis;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The library's entry in the store, in the format of the Redis implementation of IDistributedCache: a hash whose field <c>data</c> is the value.</summary>
internal sealed class StoredEntry(IDatabase database, RedisKey key)
{
    private const string Data = "data";

    /// <returns>The value, or null if the entry has expired.</returns>
    public async Task<byte[]?> ReadAsync() => await database.HashGetAsync(key, Data);

    /// <summary>Replaces the value. The new one doesn't expire.</summary>
    public Task WriteAsync(byte[] value) =>
        ReplaceAsync(transaction => transaction.HashSetAsync(key, [new("absexp", -1), new("sldexp", -1), new(Data, value)]));

    public Task WriteGarbageAsync() => WriteAsync(RandomNumberGenerator.GetBytes(200));

    /// <summary>Replaces the entry by a list, on which every hash command fails.</summary>
    public Task WriteListAsync() => ReplaceAsync(transaction => transaction.ListRightPushAsync(key, "not a hash"));

    // In one transaction: an instance may write its token between two commands.
    private async Task ReplaceAsync(Func<ITransaction, Task> write)
    {
        ITransaction transaction = database.CreateTransaction();
        Task deleting = transaction.KeyDeleteAsync(key);
        Task writing = write(transaction);
        await transaction.ExecuteAsync();
        await Task.WhenAll(deleting, writing);
    }
}
