using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B30]: the counter of renewals, by reason.</summary>
public sealed class RenewalsTests : IDisposable
{
    private const string Renewals = "spotify_client_credentials.renewals";

    private readonly ReloadableProvider _test = new();
    private readonly Measurements _measurements;

    public RenewalsTests() => _measurements = new Measurements(_test.Meters);

    private IEnumerable<object?> Reasons => _measurements.Of(Renewals, "spotify_client_credentials.renewal.reason");

    public void Dispose()
    {
        _measurements.Dispose();
        _test.Dispose();
    }

    [Fact]
    public async Task Renewals_OfTheFirstToken_AreNone()
    {
        await _test.CacheTokenAsync();

        Assert.Empty(Reasons);
    }

    [Fact]
    public async Task Renewals_OfATokenPastItsMargin_AreExpired()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromHours(1));
        await _test.CacheTokenAsync();

        Assert.Equal(["expired"], Reasons);
        Assert.Equal(1, Assert.Single(_measurements.Of(Renewals)).Value);
    }

    [Fact]
    public async Task Renewals_OfATokenThatExpiredInAnOutage_AreExpired()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromHours(1));
        Task<AccessToken> waiting = _test.GetAsync();
        (await _test.AcquisitionAsync(2)).Fail();
        await Soon.UntilAsync(() => _test.Logs.Events(3).Any());
        _test.Clock.Advance(TimeSpan.FromSeconds(1));
        (await _test.AcquisitionAsync(3)).Grant();
        await waiting.Within();

        Assert.Equal(["expired"], Reasons);
    }

    [Fact]
    public async Task Renewals_InTheRenewalWindow_AreAhead()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        await _test.GetAsync();
        (await _test.AcquisitionAsync(2)).Grant();
        await Soon.UntilAsync(Reasons.Any);

        Assert.Equal(["ahead"], Reasons);
    }

    [Fact]
    public async Task Renewals_ThatFail_AreNotCounted()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        await _test.GetAsync();
        (await _test.AcquisitionAsync(2)).Fail();
        await Soon.UntilAsync(() => _test.Logs.Events(4).Any());
        _test.Clock.Advance(TimeSpan.FromHours(1));
        await _test.CacheTokenAsync();

        Assert.Equal(["expired"], Reasons);
    }

    [Fact]
    public async Task Renewals_OfARejectedToken_AreUnauthorized()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        Task<AccessToken> getting = _test.Provider.GetTokenAsync(rejected).AsTask();
        (await _test.AcquisitionAsync(2)).Grant();
        await getting.Within();

        Assert.Equal(["unauthorized"], Reasons);
    }

    [Fact]
    public async Task Renewals_OfARejectedTokenThatExpiredInAnOutage_AreExpired()
    {
        _test.Provider.Reject(await _test.CacheTokenAsync());
        (await _test.AcquisitionAsync(2)).Fail();
        await Soon.UntilAsync(() => _test.Logs.Events(4).Any());
        _test.Clock.Advance(TimeSpan.FromHours(1));
        await _test.CacheTokenAsync();

        Assert.Equal(["expired"], Reasons);
    }

    [Fact]
    public async Task Renewals_OfARejectedTokenThatIsDueAnyway_AreUnauthorized()
    {
        AccessToken token = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        Task<AccessToken> getting = _test.Provider.GetTokenAsync(token).AsTask();
        (await _test.AcquisitionAsync(2)).Grant();
        await getting.Within();

        Assert.Equal(["unauthorized"], Reasons);
    }

    [Fact]
    public async Task Renewals_OfTheFirstTokenAfterAChangeOfCredentials_AreNone()
    {
        await _test.CacheTokenAsync();
        _test.Edit("ClientSecret", "second secret");
        await _test.CacheTokenAsync();
        Assert.Empty(Reasons);

        _test.Clock.Advance(TimeSpan.FromHours(1));
        await _test.CacheTokenAsync();
        Assert.Equal(["expired"], Reasons);
    }
}
