using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using StackExchange.Redis;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>A server for the Redis protocol. It listens on its own Unix domain socket, so that it takes no TCP port.</summary>
internal abstract class RedisProtocolStore : TestStore
{
    private ConnectionMultiplexer? _multiplexer;

    protected string Socket { get; } = Path.Combine(Path.GetTempPath(), $"spotify-{Guid.NewGuid():N}.sock");

    /// <summary>The configuration string for <c>AddStackExchangeRedisCache</c>.</summary>
    public string Configuration => $"!{Socket}";

    public override IDistributedCache Connect() => new RedisCache(new RedisCacheOptions { Configuration = Configuration });

    /// <summary>The test's own connection.</summary>
    public async Task<IDatabase> DatabaseAsync() => (await MultiplexerAsync()).GetDatabase();

    public override async Task<string> DumpAsync()
    {
        ConnectionMultiplexer multiplexer = await MultiplexerAsync();
        IDatabase database = multiplexer.GetDatabase();
        StringBuilder dump = new();
        await foreach (RedisKey key in multiplexer.GetServers()[0].KeysAsync())
        {
            dump.AppendLine(Text((byte[])key!));
            RedisType type = await database.KeyTypeAsync(key);
            RedisValue[] values = type switch
            {
                RedisType.Hash => [.. (await database.HashGetAllAsync(key)).SelectMany(entry => (RedisValue[])[entry.Name, entry.Value])],
                RedisType.String => [await database.StringGetAsync(key)],
                RedisType.None => [],
                _ => throw new NotSupportedException($"The dump does not support {type}."),
            };
            Array.ForEach(values, value => dump.AppendLine(Text((byte[])value!)));
        }

        return dump.ToString();

        static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_multiplexer is not null)
        {
            await _multiplexer.DisposeAsync();
        }

        await StopAsync();
        File.Delete(Socket);
    }

    protected abstract Task StopAsync();

    private async Task<ConnectionMultiplexer> MultiplexerAsync() => _multiplexer ??= await ConnectionMultiplexer.ConnectAsync(Configuration);
}
