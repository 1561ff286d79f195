using Microsoft.Extensions.Caching.Distributed;

namespace SpotifyClientCredentials.Tests.Extensions8;

/// <summary>A cache that never returns a value and reports the key of the first write.</summary>
internal sealed class OneEntryCache : IDistributedCache
{
    private readonly TaskCompletionSource<string> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Stored => _stored.Task;

    public byte[]? Get(string key) => null;

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult<byte[]?>(null);

    public void Refresh(string key)
    {
    }

    public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public void Remove(string key)
    {
    }

    public Task RemoveAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => _stored.TrySetResult(key);

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        Set(key, value, options);
        return Task.CompletedTask;
    }
}
