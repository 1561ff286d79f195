using System.Text.Json;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using StackExchange.Redis;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A worker process: holds instances and does what it is told, until its standard input ends.</summary>
internal sealed class WorkerProgram : IDisposable
{
    private readonly Recorder _recorder = new();
    private readonly ConnectionMultiplexer _store;
    private readonly RedisCache _cache;
    private Instance[] _instances = [];
    private CancellationTokenSource _stopping = new();
    private Task _calling = Task.CompletedTask;

    private WorkerProgram(string store)
    {
        // One connection for all: a fleet's instances have one each, but there each has a machine too.
        ConfigurationOptions options = ConfigurationOptions.Parse(store);
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new LinearRetry(1000);
        _store = ConnectionMultiplexer.Connect(options);
        _cache = new RedisCache(new RedisCacheOptions { ConnectionMultiplexerFactory = () => Task.FromResult<IConnectionMultiplexer>(_store) });
    }

    /// <summary>Reads on the thread that it is called on: the thread pool is the instances'.</summary>
    public static int Run(string store)
    {
        using WorkerProgram worker = new(store);
        while (Console.ReadLine() is { } line)
        {
            Tally tally = worker.CarryOutAsync(JsonSerializer.Deserialize<Order>(line)!).GetAwaiter().GetResult();
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

    private async Task<Tally> CarryOutAsync(Order order)
    {
        switch (order.Kind)
        {
            case OrderKind.Build:
                await Task.WhenAll(_instances.Select(instance => instance.DisposeAsync().AsTask()));
                await ReachStoreAsync();
                _instances = [.. Enumerable.Range(0, order.Instances).Select(_ => Build(order.Settings!))];
                return _recorder.Take();

            case OrderKind.Call:
                await Task.WhenAll(_instances.Take(order.Instances).Select(instance => Task.Run(instance.CallAsync)));
                return _recorder.Take();

            case OrderKind.Start:
                _stopping = new CancellationTokenSource();
                _calling = Task.WhenAll(_instances.Select(instance => Task.Run(() => instance.CallSteadilyAsync(order.Pause, _stopping.Token))));
                return new Tally();

            case OrderKind.Stop:
                await _stopping.CancelAsync();
                await _calling;
                _stopping.Dispose();
                return _recorder.Take();

            case OrderKind.Rotate:
                foreach (Instance instance in _instances.Take(order.Instances))
                {
                    instance.Rotate(order.Secret!);
                }

                return new Tally();

            default:
                throw new InvalidOperationException($"A worker cannot {order.Kind}.");
        }
    }

    // It may have been away. An instance that has just come does not know that, but its connection is new.
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
