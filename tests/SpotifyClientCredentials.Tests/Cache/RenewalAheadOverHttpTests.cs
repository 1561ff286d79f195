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
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock);
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
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock);
        AccessToken first = await CacheTokenAsync(test);
        await test.Fake.DisposeAsync();

        AssertNobodyWaits(test, first);
        await Soon.UntilAsync(() => test.Logs.Events(4).Any());
        AssertNobodyWaits(test, first);
    }

    [Fact]
    public async Task GetTokenAsync_WhileTheEndpointHangs_WaitsOnlyPastTheMarginAndForTheRequestInFlight()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock);
        AccessToken first = await CacheTokenAsync(test);
        TaskCompletionSource release = new();
        test.Fake.TokenResponse = FakeResponse.Default.WaitFor(release.Task);
        _clock.Advance(TimeSpan.FromSeconds(229));

        AssertNobodyWaits(test, first);
        await Soon.UntilAsync(() => test.Fake.TokenRequests.Count == 2);
        AssertNobodyWaits(test, first);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Task<AccessToken> waiting = test.Provider.GetTokenAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        release.SetResult();

        Assert.NotEqual(first.Value, (await waiting.Within()).Value);
        Assert.Equal(2, test.Fake.TokenRequests.Count);
    }

    [Fact]
    public async Task GetTokenAsync_WhenARequestGetsNoResponse_SendsTheNextAndReturnsItsToken()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock);
        test.Fake.EnqueueTokenResponse(FakeResponse.NoResponse);
        Task<AccessToken> waiting = test.Provider.GetTokenAsync().AsTask();
        await Soon.UntilAsync(() => test.Fake.TokenRequests.Count == 1);

        // Half of TokenRequestTimeout, and then the backoff.
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Soon.UntilAsync(() => test.Logs.Events(3).Any());
        _clock.Advance(TimeSpan.FromSeconds(0.5));

        await waiting.Within();
        Assert.Equal(2, test.Fake.TokenRequests.Count);
        Assert.Contains($"The token endpoint {test.Fake.TokenEndpoint} sent no response within 5 s.", test.Logs.Events(3).Single().Message, StringComparison.Ordinal);
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
