using System.Diagnostics;
using Microsoft.Extensions.Caching.Distributed;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Measures the token requests of an instance.</summary>
internal sealed class TimedHandler(CallRecorder recorder) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        long startedAt = Stopwatch.GetTimestamp();
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            recorder.Fetch(Stopwatch.GetElapsedTime(startedAt));
        }
    }
}

/// <summary>Measures the library's store calls.</summary>
internal sealed class TimedCache(IDistributedCache cache, CallRecorder recorder) : IDistributedCache
{
    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        long startedAt = Stopwatch.GetTimestamp();
        byte[]? value = await cache.GetAsync(key, token);
        recorder.StoreRead(Stopwatch.GetElapsedTime(startedAt));
        return value;
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        long startedAt = Stopwatch.GetTimestamp();
        await cache.SetAsync(key, value, options, token);
        recorder.StoreWrite(Stopwatch.GetElapsedTime(startedAt));
    }

    public byte[]? Get(string key) => cache.Get(key);

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => cache.Set(key, value, options);

    public void Refresh(string key) => cache.Refresh(key);

    public Task RefreshAsync(string key, CancellationToken token = default) => cache.RefreshAsync(key, token);

    public void Remove(string key) => cache.Remove(key);

    public Task RemoveAsync(string key, CancellationToken token = default) => cache.RemoveAsync(key, token);
}
