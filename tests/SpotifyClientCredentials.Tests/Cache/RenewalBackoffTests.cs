using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>Failed renewals of a token that is still usable.</summary>
public sealed class RenewalBackoffTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WhileRenewalsFail_ReturnsTheTokenAndSendsOneRequestPerBackoff()
    {
        await CacheTokenInItsWindowAsync();
        foreach (double backoff in (double[])[0.5, 1, 2, 4, 8, 16, 30, 30])
        {
            Assert.Equal("token-1", _test.GetCachedValue());
            int started = _test.AcquisitionsStarted;
            await _test.FailRenewalAsync();

            _test.Clock.Advance(Seconds(backoff * 0.79));
            Assert.Equal("token-1", _test.GetCachedValue());
            Assert.Equal(started, _test.AcquisitionsStarted);
            _test.Clock.Advance(Seconds(backoff * 0.21));
        }

        Assert.Equal("token-1", _test.GetCachedValue());
        Assert.Equal(10, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheTokenReachesItsMargin_SendsTheNextRequestThereWhateverTheBackoff()
    {
        await CacheTokenInItsWindowAsync();
        await FailRenewalsAsync(6);
        _test.Clock.Advance(Seconds(230 - 31.5 - 3));
        _test.GetCachedValue();
        await _test.FailRenewalAsync();

        _test.Clock.Advance(Seconds(3) - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", _test.GetCachedValue());
        _test.Clock.Advance(TimeSpan.FromTicks(1));
        Task<AccessToken> waiting = _test.GetAsync();

        (await _test.AcquisitionAsync(9)).Grant();
        Assert.Equal("token-9", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_WithARetryAfterPastTheMargin_FailsThereUntilItIsOver()
    {
        await CacheTokenInItsWindowAsync();
        _test.Clock.Advance(Seconds(220));
        _test.GetCachedValue();
        await _test.FailRenewalAsync(Failures.Transient(retryAfter: Seconds(25)));

        _test.Clock.Advance(Seconds(10));
        Assert.Equal(Seconds(15), (await _test.FailImmediatelyAsync()).RetryAfter);
        _test.Clock.Advance(Seconds(15));

        Assert.Equal("token-3", (await _test.CacheTokenAsync()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheTokenReachesItsMarginInAYoungOutage_WaitsOn()
    {
        await CacheTokenInItsWindowAsync();
        _test.Clock.Advance(Seconds(229));
        _test.GetCachedValue();
        await _test.FailRenewalAsync(Failures.Transient(retryAfter: Seconds(3)));
        _test.Clock.Advance(Seconds(1));

        Task<AccessToken> waiting = _test.GetAsync();
        Assert.False(waiting.IsCompleted);
        _test.Clock.Advance(Seconds(2));
        (await _test.AcquisitionAsync(3)).Grant();

        Assert.Equal("token-3", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheTokenIsRejectedDuringALongBackoff_ShortensTheBackoff()
    {
        AccessToken token = await CacheTokenInItsWindowAsync();
        await FailRenewalsAsync(6);
        _test.GetCachedValue();
        await _test.FailRenewalAsync();

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(async () => await _test.Provider.GetTokenAsync(token));

        Assert.Equal(Seconds(5), failure.RetryAfter);
        _test.Clock.Advance(Seconds(5));
        Task<AccessToken> replacing = _test.Provider.GetTokenAsync(token).AsTask();
        (await _test.AcquisitionAsync(9)).Grant();
        Assert.Equal("token-9", (await replacing.Within()).Value);
    }

    private async Task<AccessToken> CacheTokenInItsWindowAsync()
    {
        AccessToken token = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        return token;
    }

    // Six of them take 31.5 s, and the next backoff is half a minute.
    private async Task FailRenewalsAsync(int count)
    {
        for (int failure = 0; failure < count; failure++)
        {
            _test.GetCachedValue();
            await _test.FailRenewalAsync();
            _test.Clock.Advance(Seconds(0.5 * Math.Pow(2, failure)));
        }
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
