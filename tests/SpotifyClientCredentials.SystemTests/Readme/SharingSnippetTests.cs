using System.Net.Http.Json;
using System.Text.Json;
using Medallion.Threading.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NeoSmart.Caching.Sqlite;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.SystemTests.Stores;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;
using SQLitePCL;
using StackExchange.Redis;

namespace ReadmeSnippets;

[Collection(WithStores.Name)]
public sealed class SharingSnippetTests(StoreServers stores) : IAsyncLifetime
{
    private FakeSpotify _fake = null!;

    public static TheoryData<string> RedisKinds => [.. TestStore.RedisKinds];

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task Sharing_OfTwoInstances_MakesOneTokenRequest(string kind)
    {
        RedisProtocolStore store = (RedisProtocolStore)await stores.GetAsync(kind);
        using IHost first = Start(store.Configuration);
        AccessToken token = await TokenOf(first);
        IDatabase database = await store.DatabaseAsync();
        await Soon.UntilAsync(() => database.KeyExists(KeyName));

        using IHost second = Start(store.Configuration);

        Assert.Equal(token.Value, (await TokenOf(second)).Value);
        Assert.Single(_fake.TokenRequests);

        IHost Start(string redisConnection)
        {
            HostApplicationBuilder builder = ReadmeApp.CreateBuilder(_fake.ToArguments());

            // README: sharing
            builder.Services.AddStackExchangeRedisCache(options => options.Configuration = redisConnection);
            builder.Services.AddSpotifyClientCredentials().ShareToken();
            // end

            return builder.Build();
        }
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task Lock_OfTwentyInstancesThatStartAtOnce_MakesOneTokenRequest(string kind)
    {
        RedisProtocolStore store = (RedisProtocolStore)await stores.GetAsync(kind);
        // However slow the machine is, nobody goes alone because of it, and no write fails that the others wait for.
        string[] args = [.. _fake.ToArguments(), "--Spotify:TokenRequestTimeout=01:00:00"];
        string connection = $"{store.Configuration},connectTimeout=120000,asyncTimeout=120000,syncTimeout=120000";
        using RecordingLoggerProvider log = new();
        IHost[] instances = [.. Enumerable.Range(0, 20).Select(_ => StartWithLock(
            args,
            services => services.AddStackExchangeRedisCache(options => options.Configuration = connection).AddLogging(logging => logging.AddProvider(log)),
            connection,
            storeTimeout: TimeSpan.FromHours(1)))];
        try
        {
            // Each connection blocks a thread. Twenty instances in one process share a thread pool, which twenty at once may starve for longer than the lock lasts.
            Array.ForEach(instances, instance => instance.Services.GetRequiredService<IConnectionMultiplexer>());

            Task<AccessToken[]> tokens = Task.WhenAll(instances.Select(TokenOf));
            await Task.WhenAny(tokens, Task.Delay(TimeSpan.FromMinutes(2), TimeProvider.System));

            Assert.True(tokens.IsCompletedSuccessfully, $"{_fake.TokenRequests.Count} token requests. {log.Text}");
            Assert.Single((await tokens).Select(token => token.Value).Distinct());
            Assert.True(_fake.TokenRequests.Count == 1, $"{_fake.TokenRequests.Count} token requests. {log.Text}");
        }
        finally
        {
            Array.ForEach(instances, instance => instance.Dispose());
        }
    }

    [Fact]
    public async Task Lock_WhoseServerIsNotThere_CostsNoToken()
    {
        using IHost instance = StartWithLock(
            _fake.ToArguments(), services => services.AddDistributedMemoryCache(), "127.0.0.1:1,connectTimeout=100", storeTimeout: TimeSpan.FromMilliseconds(100));

        Assert.NotEmpty((await TokenOf(instance)).Value);
        Assert.Single(_fake.TokenRequests);
    }

    [Fact]
    public async Task CommandLineTool_RunTwice_KeepsItsTokenBetweenRuns()
    {
        await using SqliteStore files = new();
        IConfiguration configuration = new ConfigurationBuilder().AddCommandLine(_fake.ToArguments()).Build();

        Assert.Equal(ReadmeApp.TrackName, await RunAsync(files.Path));
        Assert.Equal(ReadmeApp.TrackName, await RunAsync(files.Path));

        Assert.Single(_fake.TokenRequests);
        Assert.Equal(2, _fake.ApiRequests.Count);

        async Task<string?> RunAsync(string file)
        {
            // Recipe: command line
            var services = new ServiceCollection();
            services.AddSqliteCache(file, new SQLite3Provider_e_sqlite3());
            services.AddSpotifyClientCredentials(configuration.GetSection("Spotify")).ShareToken();
            services.AddHttpClient("spotify").AddSpotifyBearerToken();

            await using var provider = services.BuildServiceProvider();
            using var spotify = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
            var track = await spotify.GetFromJsonAsync<JsonElement>("tracks/4cOdK2wGLETKBW3PvgPWqT");
            // end

            // The write goes on beside the call, which takes longer when it goes to Spotify than to a server on this machine.
            await Soon.UntilAsync(() => provider.GetRequiredService<SqliteCache>().Get(KeyName) is not null);
            return track.GetProperty("name").GetString();
        }
    }

    private static IHost StartWithLock(string[] args, Action<IServiceCollection> addStore, string redisConnection, TimeSpan storeTimeout)
    {
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(args);
        addStore(builder.Services);
        builder.Services.AddSpotifyClientCredentials().ShareToken(options => options.StoreTimeout = storeTimeout);

        // Recipe: sharing lock
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect($"{redisConnection},abortConnect=false"));
        builder.Services.AddOptions<TokenSharingOptions>().Configure<IServiceProvider>((options, services) => options.TryAcquireLock = async cancellationToken =>
        {
            var redis = services.GetRequiredService<IConnectionMultiplexer>();
            var redisLock = new RedisDistributedLock("spotify-token", redis.GetDatabase(), timing => timing.Expiry(TimeSpan.FromSeconds(10)));
            return await redisLock.TryAcquireAsync(TimeSpan.Zero, cancellationToken);
        });
        // end

        return builder.Build();
    }

    private string KeyName => new TokenSeal(TestOptions.CreateValid(_fake.Configure)).KeyName;

    private static Task<AccessToken> TokenOf(IHost host) => host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask();
}
