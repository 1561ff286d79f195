using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B24]: one instance's token in the hands of another.</summary>
public sealed class SharedTokenSourceTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly SharingFleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task GetTokenAsync_WithAStoredToken_TakesItAndRequestsNone()
    {
        AccessToken stored = await _fleet.StoreTokenAsync();

        AccessToken token = await _fleet.Start().GetAsync().Within();

        Assert.Equal((stored.Value, stored.ExpiresOn), (token.Value, token.ExpiresOn));
        Assert.Equal((TokenOrigin.Endpoint, TokenOrigin.Store), (stored.Origin, token.Origin));
        Assert.Equal(1, _fleet.Requests);
    }

    [Fact]
    public async Task Acquired_FromTheStore_SaysSo()
    {
        await _fleet.StoreTokenAsync();
        SharingInstance instance = _fleet.Start();

        await instance.GetValueAsync();

        Assert.StartsWith("Acquired an access token for app '(unnamed)' from the shared store,", Assert.Single(instance.Logs.Events(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_OfATokenWhoseRenewalWindowBeginsNow_WritesNothing()
    {
        SharingInstance instance = _fleet.Start();
        TokenStore store = new(instance.Options, instance.Options.Sharing!, new Outage(instance.Logs.ForProvider()), _fleet.Clock, Telemetry.OfProcess);
        TimeSpan life = TimeSpan.FromSeconds(8);
        AcquiredToken acquired = new(new AccessToken(instance.Options.Names, "token", _fleet.Clock.GetUtcNow() + life), _fleet.Clock.GetTimestamp(), life);
        _fleet.Clock.Advance(life * 3 / 4);

        await store.WriteAsync(acquired, writeCancellation: CancellationToken.None);

        Assert.Empty(_fleet.Store.Calls);
    }

    [Fact]
    public async Task GetTokenAsync_FromMemory_LeavesTheStoreAlone()
    {
        SharingInstance instance = _fleet.Start();
        await instance.GetAsync().Within();
        await _fleet.IdleAsync();

        await instance.GetAsync();

        Assert.Equal(["get", "set"], _fleet.Store.Calls);
    }

    [Fact]
    public async Task Stored_OnceAcquired_LivesUntilTheWindowUnderOneKey()
    {
        _fleet.Endpoint.Response = null;
        SharingInstance instance = _fleet.Start();
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 1);
        // The request takes three seconds of the token's life.
        _fleet.Clock.Advance(TimeSpan.FromSeconds(3));
        _fleet.Endpoint.Acquisitions[0].Grant(Hour);
        await getting.Within();

        await _fleet.IdleAsync();
        Assert.Equal(TimeSpan.FromMinutes(55) - TimeSpan.FromSeconds(3), _fleet.Store.Lives[0]);
        Assert.Equal([new TokenSeal(instance.Options).KeyName], _fleet.Store.Keys);
    }

    [Fact]
    public async Task GetTokenAsync_OfAStoredToken_UsesItNoLongerThanTheInstanceThatRequestedIt()
    {
        await _fleet.StoreTokenAsync();
        _fleet.Clock.Advance(TimeSpan.FromMinutes(50));
        SharingInstance late = _fleet.Start();
        Assert.Equal("token-1", await late.GetValueAsync());
        _fleet.Endpoint.Response = null;

        _fleet.Clock.Advance(TimeSpan.FromMinutes(9) - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", late.Provider.TakeAtOnce()?.Value);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(late.Provider.TakeAtOnce());
    }

    [Fact]
    public async Task GetTokenAsync_InTheFirstHalfOfTheWindow_RenewsFromTheStoreWhereAnotherHasRenewed()
    {
        SharingInstance one = _fleet.Start();
        SharingInstance other = _fleet.Start();
        await one.GetAsync().Within();
        await _fleet.IdleAsync();
        await other.GetAsync().Within();
        // Half of the window: whatever was drawn, both are due.
        _fleet.Clock.Advance(TimeSpan.FromMinutes(57.5));

        Assert.Equal("token-1", await one.GetValueAsync());
        await Soon.UntilAsync(() => one.Provider.TakeAtOnce()?.Value == "token-2" && _fleet.Store.Lives.Count == 2);
        Assert.Equal("token-1", await other.GetValueAsync());
        await Soon.UntilAsync(() => other.Provider.TakeAtOnce()?.Value == "token-2");

        Assert.Equal(2, _fleet.Requests);
        Assert.Equal([1, 2], other.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Theory]
    [InlineData("a token that it holds itself")]
    [InlineData("a token that expires before its own")]
    public async Task GetTokenAsync_WhenRenewalFindsNothingNewer_RequestsATokenAndOverwrites(string found)
    {
        SharingInstance instance = _fleet.Start();
        AccessToken own = await instance.GetAsync().Within();
        await _fleet.IdleAsync();
        // An entry that outlives its time, in a store whose clock is wrong.
        bool isOwn = found == "a token that it holds itself";
        DateTimeOffset expiry = isOwn ? own.ExpiresOn : own.ExpiresOn - TimeSpan.FromSeconds(1);
        PutSealed(instance, isOwn ? own.Value : "older", expiry, Hour);
        _fleet.Clock.Advance(TimeSpan.FromMinutes(57.5));
        // Whatever is left of it by this machine's clock.
        _fleet.Clock.WallClockError = -TimeSpan.FromMinutes(30);

        await AskUntilAsync(instance, "token-2");

        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 2);
        Assert.Equal("token-2", new TokenSeal(instance.Options).Open(_fleet.Store.Entry)?.Value);
        Assert.Empty(instance.Troubles);
    }

    [Fact]
    public async Task GetTokenAsync_PastTheMarginWithAWallClockThatWasSetBack_DoesNotTakeItsOwnTokenAgain()
    {
        SharingInstance instance = _fleet.Start();
        AccessToken own = await instance.GetAsync().Within();
        await _fleet.IdleAsync();
        PutSealed(instance, own.Value, own.ExpiresOn, Hour);
        _fleet.Clock.Advance(Hour);
        _fleet.Clock.WallClockError = -TimeSpan.FromMinutes(30);

        Assert.Equal("token-2", await instance.GetValueAsync());
    }

    [Theory]
    [InlineData(151, "stored", 0)]
    [InlineData(150, "token-1", 1)]
    [InlineData(0, "token-1", 1)]
    [InlineData(-3600, "token-1", 1)]
    public async Task GetTokenAsync_ByWhatIsLeftOfTheStoredToken_TakesItOrRequestsOne(double left, string expected, int requests)
    {
        SharingInstance instance = _fleet.Start();
        PutSealed(instance, "stored", _fleet.Clock.GetUtcNow() + TimeSpan.FromSeconds(left), Hour);

        Assert.Equal(expected, await instance.GetValueAsync());

        Assert.Equal(requests, _fleet.Requests);
        Assert.Empty(instance.Troubles);
    }

    [Fact]
    public async Task GetTokenAsync_WithAClockThatIsHoursBehind_GivesTheStoredTokenNoMoreThanItsLife()
    {
        await _fleet.StoreTokenAsync();
        _fleet.Clock.WallClockError = -TimeSpan.FromHours(5);
        SharingInstance behind = _fleet.Start();

        Assert.Equal("token-1", await behind.GetValueAsync());

        _fleet.Endpoint.Response = null;
        _fleet.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(behind.Provider.TakeAtOnce());
    }

    [Fact]
    public async Task GetTokenAsync_WithAClockThatIsWrongByTheMargin_NeverHandsOutAnExpiredToken()
    {
        await _fleet.StoreTokenAsync();
        _fleet.Clock.Advance(TimeSpan.FromMinutes(30));
        _fleet.Clock.WallClockError = -TimeSpan.FromMinutes(1);
        SharingInstance behind = _fleet.Start();
        Assert.Equal("token-1", await behind.GetValueAsync());
        _fleet.Endpoint.Response = null;

        _fleet.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", behind.Provider.TakeAtOnce()?.Value);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(behind.Provider.TakeAtOnce());
    }

    [Fact]
    public async Task GetTokenAsync_WithAnotherSecret_NeitherTakesNorOverwritesTheEntry()
    {
        await _fleet.StoreTokenAsync();
        SharingInstance rotated = _fleet.Start(options => options.ClientSecret = "another secret");

        Assert.Equal("token-2", await rotated.GetValueAsync());
        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 2);

        Assert.Equal("token-1", await _fleet.Start().GetValueAsync());
        Assert.Equal(2, _fleet.Store.Keys.Count);
        Assert.Empty(rotated.Troubles);
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
    public async Task Stored_OfATokenThatIsOldWhenItComes_IsNothing()
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
        Assert.Equal("token-2", new TokenSeal(instance.Options).Open(_fleet.Store.Entry)?.Value);
        Assert.Equal(["get", "get", "set"], _fleet.Store.Calls);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheEndpointFailsWithoutAStoredToken_FailsAndStoresNothing()
    {
        _fleet.Endpoint.Response = acquisition => acquisition.Fail();

        await Assert.ThrowsAsync<TokenRequestException>(() => _fleet.Start().GetAsync()).Within();

        Assert.Equal(["get"], _fleet.Store.Calls);
    }

    private void PutSealed(SharingInstance instance, string value, DateTimeOffset expiresOn, TimeSpan life)
    {
        TokenSeal seal = new(instance.Options);
        _fleet.Store.Put(seal.KeyName, seal.Seal(new SharedToken { Value = value, ExpiresOn = expiresOn, Life = life }));
    }

    private static Task AskUntilAsync(SharingInstance instance, string value) => Soon.UntilAsync(() => instance.Provider.TakeAtOnce()?.Value == value);
}
