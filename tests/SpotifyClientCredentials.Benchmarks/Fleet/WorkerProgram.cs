using System.Text.Json;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using StackExchange.Redis;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A worker process: runs instances and executes commands until its standard input closes.</summary>
internal sealed class WorkerProgram : IDisposable
{
    private readonly CallRecorder _recorder = new();
    private readonly ConnectionMultiplexer _store;
    private readonly RedisCache _cache;
    private Instance[] _instances = [];
    private CancellationTokenSource _stopping = new();
    private Task _calling = Task.CompletedTask;

    private WorkerProgram(string store)
    {
        // One connection for all instances. In a real fleet each instance has its own, but also its own machine.
        ConfigurationOptions options = ConfigurationOptions.Parse(store);
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new LinearRetry(1000);
        _store = ConnectionMultiplexer.Connect(options);
        _cache = new RedisCache(new RedisCacheOptions { ConnectionMultiplexerFactory = () => Task.FromResult<IConnectionMultiplexer>(_store) });
    }

    /// <summary>Reads commands on the calling thread, which leaves the thread pool to the instances.</summary>
    public static int Run(string store)
    {
        using WorkerProgram worker = new(store);
        while (Console.ReadLine() is { } line)
        {
            Tally tally = worker.ExecuteAsync(JsonSerializer.Deserialize<WorkerCommand>(line)!).GetAwaiter().GetResult();
            Console.WriteLine(JsonSerializer.Serialize(tally));
        }

        return 0;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _cache.Dispose();
        _store.Dispose();
    }

    private async Task<Tally> ExecuteAsync(WorkerCommand command)
    {
        switch (command.Kind)
        {
            case WorkerCommandKind.Build:
                await Task.WhenAll(_instances.Select(instance => instance.DisposeAsync().AsTask()));
                await ReachStoreAsync();
                _instances = [.. Enumerable.Range(0, command.Instances).Select(_ => Build(command.Settings!))];
                return _recorder.Take();

            case WorkerCommandKind.Call:
                await Task.WhenAll(_instances.Take(command.Instances).Select(instance => Task.Run(instance.CallAsync)));
                return _recorder.Take();

            case WorkerCommandKind.Start:
                _stopping = new CancellationTokenSource();
                _calling = Task.WhenAll(_instances.Select(instance => Task.Run(() => instance.CallSteadilyAsync(command.Pause, _stopping.Token))));
                return new Tally();

            case WorkerCommandKind.Stop:
                await _stopping.CancelAsync();
                await _calling;
                _stopping.Dispose();
                return _recorder.Take();

            case WorkerCommandKind.Rotate:
                foreach (Instance instance in _instances.Take(command.Instances))
                {
                    instance.Rotate(command.Secret!);
                }

                return new Tally();

            default:
                throw new InvalidOperationException($"A worker does not know the command {command.Kind}.");
        }
    }

    // The store may have been down. Waits until the shared connection is back, as the connection of a new instance would be.
    private async Task ReachStoreAsync()
    {
        for (bool isReached = false; !isReached;)
        {
            try
            {
                _ = await _store.GetDatabase().PingAsync();
                isReached = true;
            }
            catch (Exception e) when (e is RedisException or TimeoutException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private Instance Build(InstanceSettings settings)
    {
        Action<TokenSharingOptions>? share = settings.Sharing == Sharing.None ? null : sharing => Share(sharing, settings);
        return new Instance(settings, share, _recorder);
    }

    private void Share(TokenSharingOptions sharing, InstanceSettings settings)
    {
        sharing.Cache = new TimedCache(_cache, _recorder);
        if (settings.Sharing == Sharing.StoreAndLock)
        {
            Medallion.Threading.Redis.RedisDistributedLock fetchLock = new($"fetch:{settings.ClientId}", _store.GetDatabase());
            sharing.TryAcquireLock = async cancellationToken => await fetchLock.TryAcquireAsync(TimeSpan.Zero, cancellationToken);
        }
    }
}
