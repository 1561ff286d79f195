using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;
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

    [Fact]
    public async Task GetTokenAsync_WithALoggerThatThrowsAfterAFailure_WaitsOverTheBackoff()
    {
        ScriptedTokenSource source = new(_clock)
        {
            Response = acquisition =>
            {
                if (acquisition.Number == 1)
                {
                    acquisition.Fail();
                }
                else
                {
                    acquisition.Grant();
                }
            },
        };
        using ClientCredentialsTokenProvider provider = new(new OptionsSource(TestOptions.CreateValid()), source, _clock, _logger, Telemetry.Shared);
        Task<AccessToken> getting = provider.GetTokenAsync().AsTask();
        await Soon.UntilAsync(() => _logger.Calls == 1);

        _clock.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal("token-2", (await getting.Within()).Value);
    }
}
