using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class RenewalAheadTests : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(3590);

    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(3600, 300)]
    [InlineData(600, 150)]
    public async Task GetTokenAsync_AsTheTokenAges_RenewsInTheFirstTenthOfTheWindow(double life, double window)
    {
        await _test.CacheTokenAsync(TimeSpan.FromSeconds(life));

        _test.Clock.Advance(TimeSpan.FromSeconds(life - window - 0.001));
        Assert.Equal("token-1", _test.GetCachedValue());
        Assert.Equal(1, _test.AcquisitionsStarted);

        _test.Clock.Advance(TimeSpan.FromSeconds((window / 10) + 0.001));
        Assert.Equal("token-1", _test.GetCachedValue());
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_OfManyProviders_RenewsAtDifferentMoments()
    {
        TestProvider[] providers = [.. Enumerable.Range(0, 64).Select(_ => new TestProvider())];
        foreach (TestProvider provider in providers)
        {
            await provider.CacheTokenAsync();
            provider.Clock.Advance(TimeSpan.FromSeconds(3315));
            provider.GetCachedValue();
        }

        Assert.Equal([1, 2], providers.Select(provider => provider.AcquisitionsStarted).Distinct().Order());
        Array.ForEach(providers, provider => provider.Dispose());
    }

    [Fact]
    public async Task GetTokenAsync_DuringARenewal_ReturnsTheCurrentToken()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        Assert.Equal("token-1", _test.GetCachedValue());
        ScriptedAcquisition renewal = await _test.AcquisitionAsync(2);

        for (int call = 0; call < 1_000; call++)
        {
            Assert.Equal("token-1", _test.GetCachedValue());
        }

        Assert.Equal(2, _test.AcquisitionsStarted);
        Assert.Null(renewal.Rejected);
        await _test.GrantRenewalAsync();
    }

    [Fact]
    public async Task GetTokenAsync_AfterARenewal_RenewsInTheNewTokensWindow()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();
        await _test.GrantRenewalAsync();

        _test.Clock.Advance(TimeSpan.FromMinutes(55) - TimeSpan.FromSeconds(1));
        Assert.Equal("token-2", _test.GetCachedValue());

        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_PastTheMargin_WaitsForANewToken()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(Margin);

        Task<AccessToken> waiting = _test.GetAsync();
        Assert.False(waiting.IsCompleted);
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_PastTheMarginDuringARenewal_WaitsForIt()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(Margin - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", _test.GetCachedValue());
        _test.Clock.Advance(TimeSpan.FromTicks(1));

        Task<AccessToken>[] waiting = [_test.GetAsync(), _test.GetAsync()];
        Assert.All(waiting, caller => Assert.False(caller.IsCompleted));
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.All(await Task.WhenAll(waiting).Within(), token => Assert.Equal("token-2", token.Value));
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task Provider_IdleUntilItsTokenExpires_SendsNothingAndHasNoTimer()
    {
        await _test.CacheTokenAsync();
        await Soon.UntilAsync(() => _test.Clock.TimersPending == 0);

        _test.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, _test.Clock.TimersPending);
        Assert.Equal(1, _test.Clock.TimersSet);
        Assert.Single(_test.Source.Acquisitions);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheTokenIsExpiredOnArrival_WaitsForTheNextAsAfterATransientFailure()
    {
        Task<AccessToken> waiting = _test.GetAsync();
        ScriptedAcquisition acquisition = await _test.AcquisitionAsync(1);
        _test.Clock.Advance(TimeSpan.FromSeconds(3));
        acquisition.Grant(life: TimeSpan.FromSeconds(3));
        await Soon.UntilAsync(() => _test.Logs.Events(3).Any());

        Assert.Contains("The access token from https://accounts.spotify.com/api/token had expired before it arrived.", _test.Logs.Text, StringComparison.Ordinal);
        Assert.False(waiting.IsCompleted);
        _test.Clock.Advance(TimeSpan.FromSeconds(0.5));
        (await _test.AcquisitionAsync(2)).Grant();
        Assert.Equal("token-2", (await waiting.Within()).Value);
    }
}
