using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Share;
using SpotifyClientCredentials.Tests.Support;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>The same tests with each kind of real store.</summary>
[Collection(WithStores.Name)]
public sealed class RealStoresTests(StoreServers stores, ITestOutputHelper output) : IAsyncLifetime
{
    private FakeSpotify _fake = null!;

    public static TheoryData<string> Kinds => [.. TestStore.Kinds];

    public static TheoryData<string> RedisKinds => [.. TestStore.RedisKinds];

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public void Kinds_OnThisMachine_ArePrinted() => output.WriteLine(
        $"stores: {string.Join(", ", TestStore.Kinds)}{(RedisServerStore.IsInstalled ? "" : "; Redis is skipped because redis-server is not on the PATH")}");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GetTokenAsync_WithSeveralInstancesInTurn_SendsOneTokenRequest(string kind)
    {
        TestStore store = await stores.GetAsync(kind);
        await using SharingApp first = new(_fake, store.Connect());
        AccessToken token = await first.GetAsync();
        await first.StoredAsync();

        for (int instance = 0; instance < 5; instance++)
        {
            await using SharingApp other = new(_fake, store.Connect());
            AccessToken shared = await other.GetAsync();

            Assert.Equal((token.Value, token.ExpiresOn), (shared.Value, shared.ExpiresOn));
            Assert.Empty(other.StoreFailures);
        }

        Assert.Single(_fake.TokenRequests);
        Assert.Empty(first.StoreFailures);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GetTokenAsync_WhenTheSharedTokenIsRejected_ReplacesItForAllInstancesWithOneRequest(string kind)
    {
        TestStore store = await stores.GetAsync(kind);
        await using SharingApp one = new(_fake, store.Connect());
        await using SharingApp other = new(_fake, store.Connect());
        AccessToken revoked = await one.GetAsync();
        byte[] before = await one.StoredAsync();
        AccessToken same = await other.GetAsync();

        AccessToken replacement = await one.Provider.GetTokenAsync(revoked);
        await one.StoredAsync(before);

        Assert.Equal(replacement.Value, (await other.Provider.GetTokenAsync(same)).Value);
        Assert.NotEqual(revoked.Value, replacement.Value);
        Assert.Equal(2, _fake.TokenRequests.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GetTokenAsync_WithGarbageInTheStore_RequestsATokenAndReplacesTheEntry(string kind)
    {
        TestStore store = await stores.GetAsync(kind);
        await using SharingApp app = new(_fake, store.Connect());
        byte[] garbage = Encoding.UTF8.GetBytes("garbage");
        await app.Store.SetAsync(app.KeyName, garbage, new DistributedCacheEntryOptions());

        AccessToken token = await app.GetAsync();

        await AssertSharedAsync(store, token, app, garbage);
        Assert.Single(app.StoreFailures);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GetTokenAsync_WithAnExpiredTokenInTheStore_RequestsATokenAndReplacesTheEntry(string kind)
    {
        TestStore store = await stores.GetAsync(kind);
        await using SharingApp app = new(_fake, store.Connect());
        TokenSeal seal = new(TestOptions.CreateValid(_fake.Configure));
        byte[] expired = seal.Seal(new AccessToken("expired", TimeProvider.System.GetUtcNow()), TimeSpan.FromHours(1));
        await app.Store.SetAsync(app.KeyName, expired, new DistributedCacheEntryOptions());

        AccessToken token = await app.GetAsync();

        await AssertSharedAsync(store, token, app, expired);
        Assert.Empty(app.StoreFailures);
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task GetTokenAsync_WithAnEntryOfAnotherType_RequestsATokenAndReplacesTheEntry(string kind)
    {
        RedisProtocolStore store = (RedisProtocolStore)await stores.GetAsync(kind);
        await using SharingApp app = new(_fake, store.Connect());
        IDatabase database = await store.DatabaseAsync();
        await database.StringSetAsync(app.KeyName, "not a hash");

        AccessToken token = await app.GetAsync();
        await Soon.UntilAsync(() => database.KeyType(app.KeyName) == RedisType.Hash);

        await AssertSharedAsync(store, token, app, before: null);
        Assert.Contains("WRONGTYPE", Assert.Single(app.StoreFailures), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task Entry_InRedis_ExpiresWhenTheRenewalWindowBegins(string kind)
    {
        RedisProtocolStore store = (RedisProtocolStore)await stores.GetAsync(kind);
        await using SharingApp app = new(_fake, store.Connect());
        AccessToken token = await app.GetAsync();
        await app.StoredAsync();

        TimeSpan? timeToLive = await (await store.DatabaseAsync()).KeyTimeToLiveAsync(app.KeyName);

        // Redis counts in whole seconds, by the wall clock.
        TimeSpan untilWindow = token.ExpiresOn - TimeSpan.FromMinutes(5) - TimeProvider.System.GetUtcNow();
        Assert.InRange(timeToLive!.Value, untilWindow - TimeSpan.FromSeconds(2), untilWindow + TimeSpan.FromSeconds(2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Store_SearchedKeyByKey_ContainsNoTokenSecretOrClientId(string kind)
    {
        TestStore store = await stores.GetAsync(kind);
        await using SharingApp app = new(_fake, store.Connect());
        AccessToken token = await app.GetAsync();
        byte[] entry = await app.StoredAsync();

        string dump = await store.DumpAsync();

        Assert.Contains(app.KeyName, dump, StringComparison.Ordinal);
        Assert.Contains(Encoding.Latin1.GetString(entry), dump, StringComparison.Ordinal);
        SecretSearch secrets = new SecretSearch()
            .AddCredentials(_fake.ClientId, _fake.ClientSecret)
            .Add("client id", _fake.ClientId)
            .Add("token", token.Value);
        secrets.AssertNoneIn(dump);
        // Proves that the search finds each of them.
        Assert.Equal(["client secret", "Basic value", "client id", "token"], secrets.FindIn($"{dump}{_fake.ClientSecret} {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_fake.ClientId}:{_fake.ClientSecret}"))} {_fake.ClientId} {token.Value}"));
    }

    private async Task AssertSharedAsync(TestStore store, AccessToken token, SharingApp app, byte[]? before)
    {
        await app.StoredAsync(before);
        await using SharingApp other = new(_fake, store.Connect());
        Assert.Equal(token.Value, (await other.GetAsync()).Value);
        Assert.Single(_fake.TokenRequests);
    }
}
