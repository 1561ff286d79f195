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
        Task<AccessToken> blocked = Block(() => test.Provider.GetToken(CancellationToken.None));
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(1);
        Assert.False(blocked.IsCompleted);

        acquisition.Grant();

        Assert.Equal("token-1", (await blocked.Within()).Value);
        Assert.Equal("token-1", test.Provider.GetToken(CancellationToken.None).Value);
    }

    [Fact]
    public async Task GetToken_WithAsynchronousCallers_SharesTheirAcquisition()
    {
        using TestProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        Task<AccessToken> blocked = Block(() => test.Provider.GetToken(CancellationToken.None));
        (await test.AcquisitionAsync(1)).Fail(Failures.Permanent());

        Exception one = await Assert.ThrowsAsync<TokenRequestException>(() => waiting).Within();
        Exception other = await Assert.ThrowsAsync<TokenRequestException>(() => blocked).Within();

        Assert.Equal(1, test.AcquisitionsStarted);
        Assert.NotSame(one, other);
        Assert.Contains("the credentials are wrong", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetToken_InAYoungOutage_WaitsOverTheAttempts()
    {
        using TestProvider test = new();
        Task<AccessToken> blocked = Block(() => test.Provider.GetToken(CancellationToken.None));
        await test.FailAcquisitionAsync(number: 1);
        test.Clock.Advance(TimeSpan.FromSeconds(0.5));

        (await test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await blocked.Within()).Value);
    }

    [Fact]
    public async Task GetToken_DuringABackoffThatNoTimerEnds_StillHasItsOwnLimit()
    {
        using TestProvider test = new(options => options.TokenRequestTimeout = TimeSpan.FromSeconds(0.6));
        Task<AccessToken> first = test.GetAsync();
        await test.FailAcquisitionAsync();

        // The clock of the test stands still, and with it the backoff.
        await Assert.ThrowsAsync<TokenRequestException>(() => Block(() => test.Provider.GetToken(CancellationToken.None))).Within();

        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task GetToken_WhenItsCallerCancelsDuringABackoff_Ends()
    {
        using TestProvider test = new();
        using CancellationTokenSource cancelling = new();
        Task<AccessToken> blocked = Block(() => test.Provider.GetToken(cancelling.Token));
        await test.FailAcquisitionAsync(number: 1);

        cancelling.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked).Within();
    }

    [Fact]
    public async Task GetToken_WhenTheProviderIsDisposed_Ends()
    {
        using TestProvider test = new();
        Task<AccessToken> blocked = Block(() => test.Provider.GetToken(CancellationToken.None));
        await test.FailAcquisitionAsync(number: 1);

        test.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => blocked).Within();
    }

    [Fact]
    public async Task GetToken_WhenItsCallerCancels_EndsOnlyThatCall()
    {
        using TestProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        using CancellationTokenSource cancelling = new();
        Task<AccessToken> blocked = Block(() => test.Provider.GetToken(cancelling.Token));
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
        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => Block(() => test.Provider.GetToken(CancellationToken.None))).Within();

        Assert.InRange(TimeProvider.System.GetElapsedTime(startedAt), TimeSpan.FromSeconds(0.19), TimeSpan.FromSeconds(10));
        Assert.True(failure.IsTransient);
        Assert.Equal("No access token came from https://accounts.spotify.com/api/token within 0.2 s (TokenRequestTimeout).", failure.Message);
    }

    [Fact]
    public async Task GetToken_OnFiftyBlockedPoolThreads_EndsEachCallAtItsOwnLimit()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(configure: options => options.TokenRequestTimeout = TimeSpan.FromSeconds(1));
        test.Fake.TokenResponse = FakeResponse.NoResponse;
        // No thread is left for a timer or a continuation.
        using LimitedThreadPool pool = new(Callers);

        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(() =>
            Assert.True(Assert.Throws<TokenRequestException>(() => test.Provider.GetToken(CancellationToken.None)).IsTransient)))];

        await Task.WhenAll(callers).Within();
    }

    // On its own thread, so that the acquisition has the pool.
    private static Task<T> Block<T>(Func<T> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
