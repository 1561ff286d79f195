using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class RenewalAheadOverHttpTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public async Task GetTokenAsync_WhileTheEndpointHoldsItsResponseBack_NoCallWaits()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock);
        AccessToken first = await HoldAsync(test);
        TaskCompletionSource gate = new();
        test.Fake.TokenResponse = FakeResponse.Default.WaitFor(gate.Task);

        AssertNobodyWaits(test, first);
        await Soon.UntilAsync(() => test.Fake.TokenRequests.Count == 2);
        AssertNobodyWaits(test, first);
        gate.SetResult();

        await Soon.UntilAsync(() => test.Provider.TakeAtOnce() is { } token && token != first);
        Assert.Equal(2, test.Fake.TokenRequests.Count);
    }

    [Fact]
    public async Task GetTokenAsync_WhileTheEndpointReturns503_NoCallWaits()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock, options => options.MaxRetryAttempts = 0);
        AccessToken first = await HoldAsync(test);
        test.Fake.TokenResponse = FakeResponse.ServiceUnavailableHtml;

        AssertNobodyWaits(test, first);
        await Soon.UntilAsync(() => test.Logs.Events(4).Any());
        AssertNobodyWaits(test, first);

        Assert.Equal(2, test.Fake.TokenRequests.Count);
    }

    [Fact]
    public async Task GetTokenAsync_WhileTheEndpointRefusesConnections_NoCallWaits()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock, options => options.MaxRetryAttempts = 0);
        AccessToken first = await HoldAsync(test);
        await test.Fake.DisposeAsync();

        AssertNobodyWaits(test, first);
        await Soon.UntilAsync(() => test.Logs.Events(4).Any());
        AssertNobodyWaits(test, first);
    }

    [Fact]
    public async Task GetTokenAsync_WhileTheEndpointHangs_NoCallWaitsUntilTheMarginAndThenForTheOneInFlight()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(_clock, options => options.MaxRetryAttempts = 0);
        AccessToken first = await HoldAsync(test);
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
        Assert.Equal($"The token endpoint {test.Fake.TokenEndpoint} did not answer within 5 s.", failure.Message);
        Assert.Equal(2, test.Fake.TokenRequests.Count);
    }

    // With a token that is a minute into its window, so that its renewal is due.
    private async Task<AccessToken> HoldAsync(TestHttpProvider test)
    {
        AccessToken token = await test.Provider.GetTokenAsync().AsTask().Within();
        _clock.Advance(TimeSpan.FromMinutes(56));
        return token;
    }

    private static void AssertNobodyWaits(TestHttpProvider test, AccessToken expected)
    {
        for (int call = 0; call < 1_000; call++)
        {
            Assert.Same(expected, test.Provider.TakeAtOnce());
        }
    }
}
