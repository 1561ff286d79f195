using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B25]: one instance uses the token that another requested.</summary>
public sealed class SharedTokenSourceTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly SharingFleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task GetTokenAsync_WithAStoredToken_UsesItAndRequestsNone()
    {
        AccessToken stored = await _fleet.StoreTokenAsync();

        AccessToken token = await _fleet.Start().GetAsync().Within();

        Assert.Equal((stored.Value, stored.ExpiresOn), (token.Value, token.ExpiresOn));
        Assert.Equal((false, true), (stored.IsFromStore, token.IsFromStore));
        Assert.Equal(1, _fleet.Requests);
    }

    [Fact]
    public async Task GetTokenAsync_WithAStoredToken_LogsItsOrigin()
    {
        await _fleet.StoreTokenAsync();
        SharingInstance instance = _fleet.Start();

        await instance.GetValueAsync();

        Assert.StartsWith("Acquired an access token for app '(unnamed)' from the shared store;", Assert.Single(instance.Logs.Events(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_OfATokenWhoseRenewalWindowBeginsNow_WritesNothing()
    {
        SharingInstance instance = _fleet.Start();
        TokenStore store = new(
            instance.Options, _fleet.Store, TimeSpan.FromSeconds(2), new StoreOutage(instance.Logs.ForProvider()), _fleet.Clock, Telemetry.Shared);
        TimeSpan life = TimeSpan.FromSeconds(8);
        AcquiredToken acquired = new(new AccessToken("token", _fleet.Clock.GetUtcNow() + life), _fleet.Clock.GetTimestamp(), life, RenewAfter: life * 3 / 4);
        _fleet.Clock.Advance(life * 3 / 4);

        await store.WriteAsync(acquired, CancellationToken.None);

        Assert.Empty(_fleet.Store.Calls);
    }

    [Fact]
    public async Task GetTokenAsync_WithACachedToken_DoesNotCallTheStore()
    {
        SharingInstance instance = _fleet.Start();
        await instance.GetAsync().Within();
        await _fleet.IdleAsync();

        await instance.GetAsync();

        Assert.Equal(["get", "set"], _fleet.Store.Calls);
    }

    [Fact]
    public async Task Entry_OfAnAcquiredToken_ExpiresAtTheStartOfItsWindow()
    {
        _fleet.Endpoint.Response = null;
        SharingInstance instance = _fleet.Start();
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 1);
        // The request takes three seconds.
        _fleet.Clock.Advance(TimeSpan.FromSeconds(3));
        _fleet.Endpoint.Acquisitions[0].Grant(Hour);
        await getting.Within();

        await _fleet.IdleAsync();
        Assert.Equal(TimeSpan.FromMinutes(55) - TimeSpan.FromSeconds(3), _fleet.Store.Lives[0]);
        Assert.Equal([new TokenSeal(instance.Options).KeyName], _fleet.Store.Keys);
    }

    [Fact]
    public async Task GetTokenAsync_WithAStoredToken_UsesItToAFifthOfTheWindowBeforeItsExpiry()
    {
        SharingInstance requester = _fleet.Start();
        await requester.GetAsync().Within();
        await _fleet.IdleAsync();
        _fleet.Clock.Advance(TimeSpan.FromMinutes(50));
        SharingInstance late = _fleet.Start();
        Assert.Equal("token-1", await late.GetValueAsync());
        _fleet.Endpoint.Response = null;

        _fleet.Clock.Advance(TimeSpan.FromMinutes(9) - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", late.Provider.TryGetCached()?.Value);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(late.Provider.TryGetCached());
        // The instance that requested the token knows by its own clock when it expires.
        _fleet.Clock.Advance(TimeSpan.FromSeconds(50) - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", requester.Provider.TryGetCached()?.Value);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(requester.Provider.TryGetCached());
    }

    [Fact]
    public async Task GetTokenAsync_WhenAnotherInstanceHasRenewed_RenewsFromTheStore()
    {
        SharingInstance one = _fleet.Start();
        SharingInstance other = _fleet.Start();
        await one.GetAsync().Within();
        await _fleet.IdleAsync();
        await other.GetAsync().Within();
        // Half of the window: both are due, whatever their jitter.
        _fleet.Clock.Advance(TimeSpan.FromMinutes(57.5));

        Assert.Equal("token-1", await one.GetValueAsync());
        await Soon.UntilAsync(() => one.Provider.TryGetCached()?.Value == "token-2" && _fleet.Store.Lives.Count == 2);
        Assert.Equal("token-1", await other.GetValueAsync());
        await Soon.UntilAsync(() => other.Provider.TryGetCached()?.Value == "token-2");

        Assert.Equal(2, _fleet.Requests);
        // A token is in use before it's logged.
        await Soon.UntilAsync(() => other.Logs.Entries.Count == 2);
        Assert.Equal([1, 2], other.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Theory]
    [InlineData("its own token")]
    [InlineData("one that expires before its own")]
    public async Task AcquireAsync_WhenTheStoreHasNothingNewer_RequestsATokenAndOverwritesTheEntry(string found)
    {
        SharingInstance instance = _fleet.Start();
        AcquiredToken own = await AcquireAsync(instance);
        await _fleet.IdleAsync();
        // The store's clock is wrong, so the entry outlives its time.
        bool isOwn = found == "its own token";
        DateTimeOffset expiry = isOwn ? own.Token.ExpiresOn : own.Token.ExpiresOn - TimeSpan.FromSeconds(1);
        PutSealed(instance, isOwn ? own.Token.Value : "older", expiry, Hour);
        _fleet.Clock.Advance(TimeSpan.FromMinutes(57.5));
        // Much time is left of it by this machine's clock.
        _fleet.Clock.WallClockError = -TimeSpan.FromMinutes(30);

        Assert.Equal("token-2", (await AcquireAsync(instance, own)).Token.Value);

        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 2);
        Assert.Equal("token-2", new TokenSeal(instance.Options).Open(_fleet.Store.Entry)?.Token.Value);
        Assert.Empty(instance.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_AfterExpiryWithAWallClockSetBack_DoesNotUseItsOwnTokenAgainAfterA401()
    {
        SharingInstance instance = _fleet.Start();
        AccessToken own = await instance.GetAsync().Within();
        await _fleet.IdleAsync();
        PutSealed(instance, own.Value, own.ExpiresOn, Hour);
        _fleet.Clock.Advance(Hour);
        _fleet.Clock.WallClockError = -TimeSpan.FromMinutes(30);

        Assert.Equal("token-2", (await instance.Provider.GetTokenAsync(own).AsTask().Within()).Value);
    }

    [Theory]
    [InlineData(151, "stored", 0)]
    [InlineData(150, "token-1", 1)]
    [InlineData(0, "token-1", 1)]
    [InlineData(-3600, "token-1", 1)]
    public async Task AcquireAsync_ByTheTimeLeftOfTheStoredToken_UsesItOrRequestsOne(double left, string expected, int requests)
    {
        SharingInstance instance = _fleet.Start();
        PutSealed(instance, "stored", _fleet.Clock.GetUtcNow() + TimeSpan.FromSeconds(left), Hour);

        Assert.Equal(expected, (await AcquireAsync(instance)).Token.Value);

        Assert.Equal(requests, _fleet.Requests);
        Assert.Empty(instance.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_WithAClockHoursBehind_UsesTheStoredTokenForAtMostItsLife()
    {
        await _fleet.StoreTokenAsync();
        _fleet.Clock.WallClockError = -TimeSpan.FromHours(5);
        SharingInstance behind = _fleet.Start();

        Assert.Equal("token-1", await behind.GetValueAsync());

        _fleet.Endpoint.Response = null;
        _fleet.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(behind.Provider.TryGetCached());
    }

    [Fact]
    public async Task GetTokenAsync_WithAClockThatIsWrongByTheMargin_NeverReturnsAnExpiredToken()
    {
        await _fleet.StoreTokenAsync();
        _fleet.Clock.Advance(TimeSpan.FromMinutes(30));
        _fleet.Clock.WallClockError = -TimeSpan.FromMinutes(1);
        SharingInstance behind = _fleet.Start();
        Assert.Equal("token-1", await behind.GetValueAsync());
        _fleet.Endpoint.Response = null;

        _fleet.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", behind.Provider.TryGetCached()?.Value);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(behind.Provider.TryGetCached());
    }

    [Fact]
    public async Task GetTokenAsync_WithAnotherSecret_NeitherUsesNorOverwritesTheEntry()
    {
        await _fleet.StoreTokenAsync();
        SharingInstance rotated = _fleet.Start(options => options.ClientSecret = "another secret");

        Assert.Equal("token-2", await rotated.GetValueAsync());
        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 2);

        Assert.Equal("token-1", await _fleet.Start().GetValueAsync());
        Assert.Equal(2, _fleet.Store.Keys.Count);
        Assert.Empty(rotated.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheWriteHangs_ReturnsTheTokenFirst()
    {
        TaskCompletionSource writing = new();
        _fleet.Store.OnSet = _ => writing.Task;

        Assert.Equal("token-1", await _fleet.Start().GetValueAsync());

        await Soon.UntilAsync(() => _fleet.Store.Calls.Contains("set"));
        Assert.Empty(_fleet.Store.Lives);
        writing.SetResult();
        await _fleet.IdleAsync();
    }

    [Fact]
    public async Task Write_OfATokenThatArrivesInItsWindow_StoresNothing()
    {
        _fleet.Endpoint.Response = null;
        SharingInstance instance = _fleet.Start();
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 1);
        _fleet.Clock.Advance(TimeSpan.FromSeconds(6));
        _fleet.Endpoint.Acquisitions[0].Grant(TimeSpan.FromSeconds(8));

        Assert.Equal("token-1", (await getting.Within()).Value);

        _fleet.Endpoint.Response = acquisition => acquisition.Grant();
        await _fleet.StoreTokenAsync();
        Assert.Equal("token-2", new TokenSeal(instance.Options).Open(_fleet.Store.Entry)?.Token.Value);
        Assert.Equal(["get", "get", "set"], _fleet.Store.Calls);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheEndpointFailsWithoutAStoredToken_FailsAndStoresNothing()
    {
        _fleet.Endpoint.Response = acquisition => acquisition.Fail(isTransient: false);

        await Assert.ThrowsAsync<TokenRequestException>(() => _fleet.Start().GetAsync()).Within();

        Assert.Equal(["get"], _fleet.Store.Calls);
    }

    private Task<AcquiredToken> AcquireAsync(SharingInstance instance, AcquiredToken? current = null) => instance.Source.AcquireAsync(
        new AcquisitionRequest(instance.Options, _fleet.Clock.GetTimestamp()) { Current = current, IsAhead = current is not null }, CancellationToken.None).Within();

    private void PutSealed(SharingInstance instance, string value, DateTimeOffset expiresOn, TimeSpan life)
    {
        TokenSeal seal = new(instance.Options);
        _fleet.Store.Put(seal.KeyName, seal.Seal(new AccessToken(value, expiresOn), life));
    }
}
