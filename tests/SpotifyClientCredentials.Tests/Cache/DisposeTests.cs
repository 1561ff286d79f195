using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class DisposeTests
{
    [Fact]
    public async Task Dispose_DuringAnAcquisition_CancelsItAndEveryCallThatWaits()
    {
        using TestProvider test = new();
        Task<AccessToken>[] waiting = [test.GetAsync(), test.GetAsync()];
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(1);

        test.Provider.Dispose();

        Assert.True(acquisition.CancellationToken.IsCancellationRequested);
        foreach (Task<AccessToken> caller in waiting)
        {
            ObjectDisposedException failure = await Assert.ThrowsAsync<ObjectDisposedException>(() => caller).Within();
            Assert.Equal(typeof(ClientCredentialsTokenProvider).FullName, failure.ObjectName);
        }

        await Soon.UntilAsync(() => test.Clock.TimersPending == 0);
    }

    [Fact]
    public async Task Dispose_DuringABackoff_EndsEveryCallThatWaitsAndItsTimer()
    {
        using TestProvider test = new();
        Task<AccessToken>[] waiting = [test.GetAsync(), test.GetAsync()];
        await test.FailAcquisitionAsync();

        test.Provider.Dispose();

        foreach (Task<AccessToken> caller in waiting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => caller).Within();
        }

        await Soon.UntilAsync(() => test.Clock.TimersPending == 0);
        Assert.Equal(1, test.AcquisitionsStarted);
    }

    [Fact]
    public async Task Dispose_WhileARejectedTokenIsReplaced_EndsThatCall()
    {
        using TestProvider test = new();
        AccessToken rejected = await test.CacheTokenAsync();
        Task<AccessToken> replacing = test.Provider.GetTokenAsync(rejected).AsTask();
        await test.AcquisitionAsync(2);

        test.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => replacing).Within();
    }

    [Fact]
    public async Task Dispose_DuringARenewal_CancelsIt()
    {
        using TestProvider test = new();
        await test.CacheTokenAsync();
        test.Clock.Advance(TimeSpan.FromMinutes(56));
        test.GetCachedValue();
        ScriptedAcquisition renewal = await test.AcquisitionAsync(2);

        test.Provider.Dispose();

        Assert.True(renewal.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task Dispose_WhenAHandlersCancellationCallbackThrows_StillEndsEveryCall()
    {
        using TestProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(1);
        using CancellationTokenRegistration rude = acquisition.CancellationToken.Register(() => throw new InvalidOperationException("rude"));

        test.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting).Within();
    }

    [Fact]
    public async Task Dispose_WithACachedToken_FailsLaterCalls()
    {
        using TestProvider test = new();
        AccessToken token = await test.CacheTokenAsync();

        test.Provider.Dispose();
        test.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => test.GetAsync());
        Assert.Throws<ObjectDisposedException>(() => test.Provider.GetToken(CancellationToken.None));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => test.Provider.GetTokenAsync(token).AsTask());
        Assert.Throws<ObjectDisposedException>(() => test.Provider.Reject(token));
        Assert.Equal(1, test.AcquisitionsStarted);
    }

    [Fact]
    public async Task Dispose_BeforeATokenArrives_DoesNotCacheIt()
    {
        using TestProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(1);
        test.Clock.OnNextTimestamp(test.Provider.Dispose);

        acquisition.Grant();
        await Soon.UntilAsync(() => test.Clock.TimersPending == 0);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting).Within();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => test.GetAsync());
        Assert.Empty(test.Logs.Events(1));
    }

    [Fact]
    public void Dispose_WithReloadableConfiguration_StopsListeningForChanges()
    {
        using ReloadableProvider test = new();
        _ = test.Current;
        test.Provider.Dispose();

        test.Edit("ClientSecret", "");

        Assert.Empty(test.Logs.Events(8));
    }

    [Fact]
    public async Task Dispose_WithACallersHttpClient_LeavesItUsable()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync();
        TaskCompletionSource<RecordedRequest> arrived = new();
        test.Fake.EnqueueTokenResponse(FakeResponse.NoResponse.WaitFor(request =>
        {
            arrived.TrySetResult(request);
            return Task.CompletedTask;
        }));
        Task<AccessToken> waiting = test.Provider.GetTokenAsync().AsTask();
        await arrived.Task.Within();

        test.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting).Within();
        Assert.NotEmpty(await test.Client.GetTokenAsync(test.Fake).Within());
    }
}
