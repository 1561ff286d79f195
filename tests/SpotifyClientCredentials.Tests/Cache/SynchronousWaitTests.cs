using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

[Collection(NonParallel.Name)]
public sealed class SynchronousWaitTests
{
    private const int Callers = 50;

    [Fact]
    public async Task GetToken_WithoutACachedToken_BlocksUntilATokenArrives()
    {
        using TestProvider test = new();
        Task<AccessToken> blocked = Block(() => test.Provider.Cache.GetToken(CancellationToken.None));
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(1);
        Assert.False(blocked.IsCompleted);

        acquisition.Grant();

        Assert.Equal("token-1", (await blocked.Within()).Value);
        Assert.Equal("token-1", test.Provider.Cache.GetToken(CancellationToken.None).Value);
    }

    [Fact]
    public async Task GetToken_WithAsynchronousCallers_SharesTheirAcquisition()
    {
        using TestProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        Task<AccessToken> blocked = Block(() => test.Provider.Cache.GetToken(CancellationToken.None));
        (await test.AcquisitionAsync(1)).Fail();

        Exception one = await Assert.ThrowsAsync<TokenRequestException>(() => waiting).Within();
        Exception other = await Assert.ThrowsAsync<TokenRequestException>(() => blocked).Within();

        Assert.Equal(1, test.AcquisitionsStarted);
        Assert.NotSame(one, other);
        Assert.Contains("scripted failure 1", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetToken_WhenItsCallerCancels_EndsOnlyThatCall()
    {
        using TestProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        using CancellationTokenSource cancelling = new();
        Task<AccessToken> blocked = Block(() => test.Provider.Cache.GetToken(cancelling.Token));
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(1);

        cancelling.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked).Within();
        acquisition.Grant();
        await waiting.Within();
    }

    [Fact]
    public async Task GetToken_WhenNoTimerFires_EndsAtItsOwnLimit()
    {
        using TestProvider test = new(options => options.TokenRequestTimeout = TimeSpan.FromMilliseconds(200));

        long startedAt = TimeProvider.System.GetTimestamp();
        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => Block(() => test.Provider.Cache.GetToken(CancellationToken.None))).Within();

        Assert.InRange(TimeProvider.System.GetElapsedTime(startedAt), TimeSpan.FromSeconds(0.19), TimeSpan.FromSeconds(10));
        Assert.True(failure.IsTransient);
        Assert.Equal("No access token came from https://accounts.spotify.com/api/token within 0.2 s (TokenRequestTimeout).", failure.Message);
    }

    [Fact]
    public async Task GetToken_OnFiftyBlockedPoolThreads_EndsEachCallWithinTheTimeLimit()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(configure: options => options.TokenRequestTimeout = TimeSpan.FromSeconds(2));
        test.Fake.TokenResponse = FakeResponse.NoResponse;
        using LimitedThreadPool pool = new(Callers);

        Task<TimeSpan>[] callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(() =>
        {
            long calledAt = TimeProvider.System.GetTimestamp();
            Assert.True(Assert.Throws<TokenRequestException>(() => test.Provider.Cache.GetToken(CancellationToken.None)).IsTransient);
            return TimeProvider.System.GetElapsedTime(calledAt);
        }))];
        TimeSpan[] waits = await Task.WhenAll(callers).Within();

        // Twice the limit, to allow for a busy machine.
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(4)));
    }

    // On its own thread, so that the acquisition has the pool.
    private static Task<T> Block<T>(Func<T> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
