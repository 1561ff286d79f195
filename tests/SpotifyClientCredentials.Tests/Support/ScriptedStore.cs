using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>An in-memory store with the test's clock, whose calls fail or hang as the test sets.</summary>
internal sealed class ScriptedStore(TimeProvider clock) : IDistributedCache
{
    private readonly ConcurrentDictionary<string, (byte[] Value, long Until)> _entries = new();
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentQueue<TimeSpan> _lives = new();

    /// <summary>All calls so far, in order: "get", "set" or "remove".</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    public int Reads => _calls.Count(call => call == "get");

    /// <summary>The lifetimes of the entries that were written.</summary>
    public IReadOnlyList<TimeSpan> Lives => [.. _lives];

    /// <summary>Replaces the default read, if it's set.</summary>
    public Func<CancellationToken, Task<byte[]?>>? OnGet { get; set; }

    /// <summary>Runs before a write, if it's set. If it fails or hangs, nothing is written.</summary>
    public Func<CancellationToken, Task>? OnSet { get; set; }

    public IReadOnlyCollection<string> Keys => [.. _entries.Keys];

    /// <summary>The one entry.</summary>
    public byte[] Entry => Assert.Single(_entries).Value.Value;

    public void Put(string key, byte[] value) => _entries[key] = (value, long.MaxValue);

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        _calls.Enqueue("get");
        return OnGet is { } get ? get(token) : Task.FromResult(Find(key));
    }

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        _calls.Enqueue("set");
        return OnSet is { } set ? SetAfterAsync(set(token), key, value, options) : SetAfterAsync(Task.CompletedTask, key, value, options);
    }

    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        _calls.Enqueue("remove");
        _entries.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    private byte[]? Find(string key) => _entries.TryGetValue(key, out (byte[] Value, long Until) entry) && clock.GetTimestamp() < entry.Until ? entry.Value : null;

    private async Task SetAfterAsync(Task before, string key, byte[] value, DistributedCacheEntryOptions options)
    {
        await before;
        Assert.Null(options.AbsoluteExpiration);
        Assert.Null(options.SlidingExpiration);
        TimeSpan life = options.AbsoluteExpirationRelativeToNow!.Value;
        _lives.Enqueue(life);
        _entries[key] = (value, clock.GetTimestamp() + life.Ticks);
    }
}
