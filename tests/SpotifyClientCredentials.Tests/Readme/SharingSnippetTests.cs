using System.Net.Http.Json;
using System.Text.Json;
using Medallion.Threading.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NeoSmart.Caching.Sqlite;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Internal;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Sharing.Stores;
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
    public async Task Gate_OfTwentyInstancesThatStartAtOnce_MakesOneTokenRequest(string kind)
    {
        RedisProtocolStore store = (RedisProtocolStore)await stores.GetAsync(kind);
        // However slow the machine is, nobody goes alone because of it.
        string[] args = [.. _fake.ToArguments(), "--Spotify:TokenRequestTimeout=01:00:00"];
        IHost[] instances = [.. Enumerable.Range(0, 20).Select(_ => Start(store.Configuration))];
        try
        {
            AccessToken[] tokens = await Task.WhenAll(instances.Select(TokenOf)).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);

            Assert.Single(tokens.Select(token => token.Value).Distinct());
            Assert.Single(_fake.TokenRequests);
        }
        finally
        {
            Array.ForEach(instances, instance => instance.Dispose());
        }

        IHost Start(string redisConnection)
        {
            HostApplicationBuilder builder = ReadmeApp.CreateBuilder(args);
            builder.Services.AddStackExchangeRedisCache(options => options.Configuration = redisConnection);
            builder.Services.AddSpotifyClientCredentials().ShareToken(options => options.StoreTimeout = TimeSpan.FromHours(1));

            // README: sharing gate
            builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(redisConnection));
            builder.Services.AddOptions<TokenSharingOptions>().Configure<IConnectionMultiplexer>((options, redis) =>
            {
                var gate = new RedisDistributedLock("spotify-token", redis.GetDatabase(), timing => timing.Expiry(TimeSpan.FromSeconds(10)));
                options.TryEnterFetch = async cancellationToken => await gate.TryAcquireAsync(TimeSpan.Zero, cancellationToken);
            });
            // end

            return builder.Build();
        }
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
            // README: command line
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

    private string KeyName => new TokenSeal(ValidOptions.From(TestOptions.Create(_fake.Configure))).KeyName;

    private static Task<AccessToken> TokenOf(IHost host) => host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask();
}
