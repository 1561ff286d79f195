using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

[Collection(NonParallel.Name)]
public sealed class UncooperativeSourceTests
{
    [Fact]
    public async Task GetTokenAsync_WhenTheSourceIgnoresCancellation_EndsAtTheTimeLimitAndRecovers()
    {
        using TestProvider test = new();
        test.Source.HonorsCancellation = false;
        Task<AccessToken>[] waiting = [test.GetAsync(), test.GetAsync()];
        ScriptedAcquisition stuck = await test.AcquisitionAsync(1);

        test.Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.All(waiting, caller => Assert.False(caller.IsCompleted));
        test.Clock.Advance(TimeSpan.FromSeconds(0.1));

        foreach (Task<AccessToken> caller in waiting)
        {
            TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => caller).Within();
            Assert.True(failure.IsTransient);
            Assert.Equal("No access token came from https://accounts.spotify.com/api/token within 10 s (TokenRequestTimeout).", failure.Message);
        }

        test.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("token-2", (await test.CacheTokenAsync()).Value);
        stuck.Grant();
        Assert.Equal("token-2", test.GetCachedValue());
    }

    [Fact]
    public async Task GetTokenAsync_WhenARenewalIgnoresCancellation_RetriesLater()
    {
        using TestProvider test = new();
        await test.CacheTokenAsync();
        test.Source.HonorsCancellation = false;
        test.Clock.Advance(TimeSpan.FromMinutes(56));
        test.GetCachedValue();
        await test.AcquisitionAsync(2);

        test.Clock.Advance(TimeSpan.FromSeconds(10));
        await Soon.UntilAsync(() => test.Logs.Events(4).Any());
        test.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("token-1", test.GetCachedValue());

        await test.GrantRenewalAsync();
        Assert.Equal(3, test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheSourceBlocks_EndsAtTheTimeLimit()
    {
        TestClock clock = new();
        using BlockingSource source = new();
        RecordingLoggerProvider logs = new();
        using ClientCredentialsTokenProvider provider = new(
            new OptionsSource(TestOptions.CreateValid()), source, clock, logs.ForProvider(), Telemetry.Shared);
        Task<AccessToken> waiting = provider.GetTokenAsync().AsTask();
        await source.Entered.Task.Within();

        clock.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<TokenRequestException>(() => waiting).Within();
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheSourceFailsAfterTheTimeLimit_LeavesNoExceptionUnobserved()
    {
        using Unobserved unobserved = new();
        await FailLateAsync();

        await unobserved.CollectAsync();

        Assert.DoesNotContain(unobserved.Exceptions, exception => exception.Message == "fails late");
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheSourceThrowsAnyException_IsATransientFailureAroundIt()
    {
        using TestProvider test = new();
        await test.StartOlderOutageAsync();
        test.Source.Response = _ => throw new InvalidTimeZoneException("scripted");

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => test.GetAsync()).Within();

        Assert.True(failure.IsTransient);
        Assert.Equal("The token request to https://accounts.spotify.com/api/token failed: scripted", failure.Message);
        Assert.IsType<InvalidTimeZoneException>(failure.InnerException?.InnerException);
    }

    private static async Task FailLateAsync()
    {
        using TestProvider test = new();
        test.Source.HonorsCancellation = false;
        Task<AccessToken> waiting = test.GetAsync();
        ScriptedAcquisition stuck = await test.AcquisitionAsync(1);
        test.Clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<TokenRequestException>(() => waiting).Within();
        stuck.Fail(new TokenRequestException("fails late", isTransient: true));
        // Not awaited: that would observe its exception.
        await Soon.UntilAsync(() => stuck.Task.IsCompleted);
    }

    private sealed class BlockingSource : ITokenSource, IDisposable
    {
        private readonly ManualResetEventSlim _release = new();

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
        {
            Entered.SetResult();
            _release.Wait(CancellationToken.None);
            throw new TokenRequestException("released", isTransient: true);
        }

        public void Dispose() => _release.Set();
    }
}
