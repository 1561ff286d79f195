using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Observe;

public sealed class ThrowingLoggerTests
{
    private readonly TestClock _clock = new();
    private readonly ThrowingLogger _logger = new();

    [Fact]
    public async Task GetTokenAsync_WithALoggerThatThrows_ReturnsTheTokenToAThousandCallersAndRenewsIt()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync(_clock);
        using HttpClient client = fake.CreateClient();
        using ClientCredentialsTokenProvider provider = new(client, TestOptions.Create(fake.Configure), _clock, _logger);

        AccessToken first = await ThousandCallers.GetTokenAsync(provider, fake);
        _clock.Advance(TimeSpan.FromMinutes(56));
        Assert.Same(first, await provider.GetTokenAsync());
        await Soon.UntilAsync(() => provider.TryGetCached() is { } next && next != first);

        await Soon.UntilAsync(() => _logger.Calls == 2); // one for each token
        Assert.Equal(2, fake.TokenRequests.Count);
    }
}
