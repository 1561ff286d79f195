using System.Collections.Concurrent;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>One store of each kind for all tests of the collection, started on first use. Each test uses its own Spotify app, and so its own key.</summary>
public sealed class StoreServers : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Task<TestStore>> _started = new();

    public Task InitializeAsync()
    {
        // The stores' clients block threads of the pool that the servers in this process share with them.
        ThreadPool.GetMinThreads(out int workers, out int completionPorts);
        Assert.True(ThreadPool.SetMinThreads(Math.Max(workers, 64), completionPorts));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (Task<TestStore> starting in _started.Values)
        {
            await (await starting).DisposeAsync();
        }
    }

    internal Task<TestStore> GetAsync(string kind) => _started.GetOrAdd(kind, TestStore.StartAsync);
}

[CollectionDefinition(Name)]
public sealed class WithStores : ICollectionFixture<StoreServers>
{
    public const string Name = nameof(WithStores);
}
