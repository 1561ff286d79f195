using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

[Collection(NonParallel.Name)]
public sealed class ThousandFirstCallersTests
{
    private const int Threads = 10;
    private const int CallersPerThread = 100;

    [Fact]
    public async Task GetTokenAsync_WhenAThousandFirstCallersWait_SendsOneTokenRequest()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(configure: options => options.TokenRequestTimeout = TestProvider.Hour);
        TaskCompletionSource release = new();
        test.Fake.TokenResponse = FakeResponse.Default.WaitFor(release.Task);

        Task<AccessToken>[] callers = await CallAsync(test.Provider, CancellationToken.None);
        Assert.DoesNotContain(callers, caller => caller.IsCompleted);
        release.SetResult();

        AccessToken[] tokens = await Task.WhenAll(callers).Within();
        Assert.Single(test.Fake.TokenRequests);
        Assert.Equal(Threads * CallersPerThread, tokens.Length);
        Assert.All(tokens, token => Assert.Same(tokens[0], token));
    }

    [Fact]
    public async Task GetTokenAsync_WhenAllButOneOfAThousandCallersCancel_StillSendsOneTokenRequest()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(configure: options => options.TokenRequestTimeout = TestProvider.Hour);
        TaskCompletionSource release = new();
        test.Fake.TokenResponse = FakeResponse.Default.WaitFor(release.Task);
        using CancellationTokenSource cancelling = new();

        Task<AccessToken>[] callers = await CallAsync(test.Provider, cancelling.Token);
        Task<AccessToken> last = test.Provider.GetTokenAsync().AsTask();
        cancelling.Cancel();
        foreach (Task<AccessToken> caller in callers)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller).Within();
        }

        Assert.False(last.IsCompleted);
        release.SetResult();
        Assert.NotNull(await last.Within());
        Assert.Single(test.Fake.TokenRequests);
    }

    // Dedicated threads, so that the acquisition has the pool.
    private static async Task<Task<AccessToken>[]> CallAsync(ClientCredentialsTokenProvider provider, CancellationToken cancellationToken)
    {
        using Barrier start = new(Threads);
        Task<Task<AccessToken>[]>[] threads = [.. Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return Enumerable.Range(0, CallersPerThread).Select(_ => provider.GetTokenAsync(cancellationToken).AsTask()).ToArray();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        return [.. (await Task.WhenAll(threads).Within()).SelectMany(callers => callers)];
    }
}
