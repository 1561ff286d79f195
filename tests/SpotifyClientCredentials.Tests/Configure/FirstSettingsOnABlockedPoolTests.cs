using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

/// <summary>The first settings, where all threads of the pool wait for them.</summary>
[Collection(NonParallel.Name)]
public sealed class FirstSettingsOnABlockedPoolTests
{
    private const int Callers = 50;

    [Fact]
    public async Task CreateClient_OnAllThreadsOfThePool_GetsTheSettingsFromOneRead()
    {
        int reads = 0;
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(options =>
            {
                (options.ClientId, options.ClientSecret) = (TestOptions.ClientId, TestOptions.ClientSecret);
                Interlocked.Increment(ref reads);
            });
            services.AddHttpClient("api").AddSpotifyBearerToken();
        });
        using LimitedThreadPool pool = new(Callers);
        using ManualResetEventSlim areAllQueued = new();

        Task<Uri?>[] creating = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(() =>
        {
            Assert.True(areAllQueued.Wait(Soon.HangLimit));
            using HttpClient client = services.CreateClient("api");
            return client.BaseAddress;
        }))];
        areAllQueued.Set();

        Uri?[] addresses = await Task.WhenAll(creating).Within();
        Assert.All(addresses, address => Assert.Equal(new Uri("https://api.spotify.com/v1/"), address));
        Assert.Equal(1, reads);
    }
}
