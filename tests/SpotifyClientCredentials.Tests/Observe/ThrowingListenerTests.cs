using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

[Collection(NonParallel.Name)]
public sealed class ThrowingListenerTests
{
    private readonly TestClock _clock = new();

    [Theory]
    [InlineData(nameof(ActivityListener.Sample), 2)]
    [InlineData(nameof(ActivityListener.ActivityStarted), 2)]
    [InlineData(nameof(ActivityListener.ActivityStopped), 2)]
    [InlineData(ThrowingListener.Measurement, 3)] // two durations and a renewal
    public async Task GetTokenAsync_WithAListenerThatThrows_ReturnsTheTokenToAThousandCallersAndRenewsIt(string callback, int expected)
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync(_clock);
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddSpotifyClientCredentials(fake.Configure);
        });
        ClientCredentialsTokenProvider provider = services.GetRequiredService<ClientCredentialsTokenProvider>();
        using ThrowingListener listener = new(callback, services.GetRequiredService<IMeterFactory>());

        AccessToken first = await ThousandCallers.GetTokenAsync(provider, fake);
        _clock.Advance(TimeSpan.FromMinutes(56));
        Assert.Same(first, await provider.GetTokenAsync());
        await Soon.UntilAsync(() => provider.TryGetCached() is { } next && next != first);

        await Soon.UntilAsync(() => listener.Thrown == expected);
        Assert.Equal(2, fake.TokenRequests.Count);
    }
}
