using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Share;
using SpotifyClientCredentials.Tests.Support;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>The same over each store that people use.</summary>
[Collection(WithStores.Name)]
public sealed class RealStoresTests(StoreServers stores, ITestOutputHelper output) : IAsyncLifetime
{
    private FakeSpotify _fake = null!;

    public static TheoryData<string> Kinds => [.. TestStore.Kinds];

    public static TheoryData<string> RedisKinds => [.. TestStore.RedisKinds];

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public void Kinds_OnThisMachine_AreSaid() => output.WriteLine(
        $"stores: {string.Join(", ", TestStore.Kinds)}{(RedisServerStore.IsInstalled ? "" : "; Redis is left out, since redis-server is not on the PATH")}");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GetTokenAsync_OfManyInstancesInTurn_MakesOneTokenRequest(string kind)
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
            Assert.Empty(other.Troubles);
        }

        Assert.Single(_fake.TokenRequests);
        Assert.Empty(first.Troubles);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GetTokenAsync_WhenTheSharedTokenIsRejected_ReplacesItForAllByOneRequest(string kind)
    {
        TestStore store = await stores.GetAsync(kind);
        await using SharingApp one = new(_fake, store.Connect());
        await using SharingApp other = new(_fake, store.Connect());
        AccessToken revoked = await one.GetAsync();
        byte[] before = await one.StoredAsync();
        AccessToken same = await other.GetAsync();

        one.Provider.Invalidate(revoked);
        AccessToken replacement = await one.GetAsync();
        await one.StoredAsync(before);
        other.Provider.Invalidate(same);

        Assert.Equal(replacement.Value, (await other.GetAsync()).Value);
        Assert.NotEqual(revoked.Value, replacement.Value);
        Assert.Equal(2, _fake.TokenRequests.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GetTokenAsync_WithGarbageInTheStore_RequestsATokenAndOverwrites(string kind)
    {
        TestStore store = await stores.GetAsync(kind);
        await using SharingApp app = new(_fake, store.Connect());
        byte[] garbage = Encoding.UTF8.GetBytes("garbage");
        await app.Store.SetAsync(app.KeyName, garbage, new DistributedCacheEntryOptions());

        AccessToken token = await app.GetAsync();

        await AssertSharedAsync(store, token, app, garbage);
        Assert.Single(app.Troubles);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GetTokenAsync_WithAnExpiredTokenInTheStore_RequestsATokenAndOverwrites(string kind)
    {
        TestStore store = await stores.GetAsync(kind);
        await using SharingApp app = new(_fake, store.Connect());
        TokenSeal seal = new(OptionsSnapshot.From(TestOptions.Create(_fake.Configure)));
        byte[] expired = seal.Seal(new SharedToken { Value = "expired", ExpiresOn = TimeProvider.System.GetUtcNow(), Life = TimeSpan.FromHours(1) });
        await app.Store.SetAsync(app.KeyName, expired, new DistributedCacheEntryOptions());

        AccessToken token = await app.GetAsync();

        await AssertSharedAsync(store, token, app, expired);
        Assert.Empty(app.Troubles);
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
        Assert.Contains("WRONGTYPE", Assert.Single(app.Troubles), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task Stored_InRedis_ExpiresWhereTheRenewalWindowBegins(string kind)
    {
        RedisProtocolStore store = (RedisProtocolStore)await stores.GetAsync(kind);
        await using SharingApp app = new(_fake, store.Connect());
        AccessToken token = await app.GetAsync();
        await app.StoredAsync();

        TimeSpan? left = await (await store.DatabaseAsync()).KeyTimeToLiveAsync(app.KeyName);

        // Redis counts in whole seconds, by the wall clock.
        TimeSpan untilWindow = token.ExpiresOn - TimeSpan.FromMinutes(5) - TimeProvider.System.GetUtcNow();
        Assert.InRange(left!.Value, untilWindow - TimeSpan.FromSeconds(2), untilWindow + TimeSpan.FromSeconds(2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Store_SearchedKeyByKey_HasNeitherTokenNorSecretNorId(string kind)
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
        // The search would find them.
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
