using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>The handler inside .NET's standard resilience handler, which sends the same message again.</summary>
public class BearerTokenHandlerResilienceTests
{
    private readonly FakeTimeProvider _clock = new();
    private int _retries;

    [Fact]
    public async Task SendAsync_RetryAfterTheTokenExpired_CarriesTheCurrentToken()
    {
        await using SpotifyApp app = await StartAsync(_ => _clock.Advance(TimeSpan.FromHours(1)));
        app.Fake.EnqueueApiResponse(FakeResponse.ServiceUnavailableHtml);

        using HttpResponseMessage response = await app.GetTrackAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, app.Fake.ApiRequests.Count);
        Assert.Equal(2, app.Authorizations.Distinct().Count());
        Assert.Equal(2, app.Fake.TokenRequests.Count);
    }

    [Fact]
    public async Task SendAsync_401OnTheSecondAttempt_RetriesItWithANewToken()
    {
        await using SpotifyApp app = await StartAsync(app => app.Fake.RevokeTokens());
        app.Fake.EnqueueApiResponse(FakeResponse.ServiceUnavailableHtml);

        using HttpResponseMessage response = await app.GetTrackAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        List<string?> sent = [.. app.Authorizations];
        Assert.Equal([sent[0], sent[0], sent[2]], sent);
        Assert.NotEqual(sent[0], sent[2]);
        Assert.Equal(1, _retries);
    }

    /// <summary>
    /// The library retries by itself. An outer retry would add nothing, and the circuit breaker would hide what is wrong with the credentials.
    /// </summary>
    [Fact]
    public async Task SendAsync_WithAWrongSecretBehindTheUnconfiguredHandler_FailsAtOnceWithTheReasonEveryTime()
    {
        TestClock clock = new();
        await using SpotifyApp app = await SpotifyApp.StartAsync(clock, outside: client => client.AddStandardResilienceHandler());
        app.Fake.TokenResponse = FakeResponse.InvalidClientSecret;

        // The handler's circuit breaker opens after 100 failures within 30 s, and its retries would need the clock.
        for (int call = 1; call <= 150; call++)
        {
            TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(() => app.GetTrackAsync().Within());

            Assert.Equal(("invalid_client", false), (thrown.Error, thrown.IsTransient));
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Single(app.Fake.TokenRequests);
        clock.Advance(TimeSpan.FromSeconds(15));
        await Assert.ThrowsAsync<TokenRequestException>(() => app.GetTrackAsync().Within());
        Assert.Equal(2, app.Fake.TokenRequests.Count);
        Assert.Empty(app.Fake.ApiRequests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SendAsync_WithoutAToken_IsNotRetriedByTheHandler(bool isTransient)
    {
        await using SpotifyApp app = await StartAsync(_ => { });
        app.Fake.TokenResponse = isTransient ? FakeResponse.RateLimited(TimeSpan.FromHours(1)) : FakeResponse.InvalidClientSecret;

        TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(() => app.GetTrackAsync().Within());

        Assert.Equal((isTransient, 0, 1), (thrown.IsTransient, _retries, app.Fake.TokenRequests.Count));
        Assert.Empty(app.Fake.ApiRequests);
    }

    private async Task<SpotifyApp> StartAsync(Action<SpotifyApp> onRetry)
    {
        SpotifyApp app = null!;
        app = await SpotifyApp.StartAsync(_clock, outside: client => client.AddStandardResilienceHandler(options =>
        {
            // No timeout may end a call while the test advances the clock.
            options.TotalRequestTimeout.Timeout = TimeSpan.FromHours(20);
            options.AttemptTimeout.Timeout = TimeSpan.FromHours(10);
            options.CircuitBreaker.SamplingDuration = TimeSpan.FromHours(20);
            options.Retry.MaxRetryAttempts = 1;
            options.Retry.Delay = TimeSpan.Zero;
            options.Retry.OnRetry = _ =>
            {
                _retries++;
                onRetry(app);
                return ValueTask.CompletedTask;
            };
        }));
        return app;
    }
}
