using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class RenewalAheadOverHttpTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public async Task GetTokenAsync_WhileTheEndpointDelaysItsResponse_NeverWaits()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock);
        AccessToken first = await CacheTokenAsync(test);
        TaskCompletionSource release = new();
        test.Fake.TokenResponse = FakeResponse.Default.WaitFor(release.Task);

        AssertNobodyWaits(test, first);
        await Soon.UntilAsync(() => test.Fake.TokenRequests.Count == 2);
        AssertNobodyWaits(test, first);
        release.SetResult();

        await Soon.UntilAsync(() => test.Provider.TryGetCached() is { } token && token != first);
        Assert.Equal(2, test.Fake.TokenRequests.Count);
    }

    [Fact]
    public async Task GetTokenAsync_WhileTheEndpointReturns503_NeverWaits()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock, options => options.MaxRetryAttempts = 0);
        AccessToken first = await CacheTokenAsync(test);
        test.Fake.TokenResponse = FakeResponse.ServiceUnavailableHtml;

        AssertNobodyWaits(test, first);
        await Soon.UntilAsync(() => test.Logs.Events(4).Any());
        AssertNobodyWaits(test, first);

        Assert.Equal(2, test.Fake.TokenRequests.Count);
    }

    [Fact]
    public async Task GetTokenAsync_WhileTheEndpointRefusesConnections_NeverWaits()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock, options => options.MaxRetryAttempts = 0);
        AccessToken first = await CacheTokenAsync(test);
        await test.Fake.DisposeAsync();

        AssertNobodyWaits(test, first);
        await Soon.UntilAsync(() => test.Logs.Events(4).Any());
        AssertNobodyWaits(test, first);
    }

    [Fact]
    public async Task GetTokenAsync_WhileTheEndpointHangs_WaitsOnlyPastTheMarginAndForTheRequestInFlight()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock, options => options.MaxRetryAttempts = 0);
        AccessToken first = await CacheTokenAsync(test);
        test.Fake.TokenResponse = FakeResponse.NoResponse;
        _clock.Advance(TimeSpan.FromMinutes(3) - TimeSpan.FromSeconds(1));

        AssertNobodyWaits(test, first);
        await Soon.UntilAsync(() => test.Fake.TokenRequests.Count == 2);
        AssertNobodyWaits(test, first);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Task<AccessToken> waiting = test.Provider.GetTokenAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(4));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => waiting).Within();
        Assert.Equal($"The token endpoint {test.Fake.TokenEndpoint} sent no response within 5 s.", failure.Message);
        Assert.Equal(2, test.Fake.TokenRequests.Count);
    }

    // Caches a token and advances the clock until its renewal is due, a minute into its window.
    private async Task<AccessToken> CacheTokenAsync(TestHttpProvider test)
    {
        AccessToken token = await test.Provider.GetTokenAsync().AsTask().Within();
        _clock.Advance(TimeSpan.FromMinutes(56));
        return token;
    }

    private static void AssertNobodyWaits(TestHttpProvider test, AccessToken expected)
    {
        for (int call = 0; call < 1_000; call++)
        {
            Assert.Same(expected, test.Provider.TryGetCached());
        }
    }
}
