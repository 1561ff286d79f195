using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
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

    [Fact]
    public async Task SendAsync_TransientTokenFailure_IsRetriedLikeAnyHttpRequestException()
    {
        await using SpotifyApp app = await StartAsync(_ => _clock.Advance(TimeSpan.FromSeconds(5)));
        app.Fake.EnqueueTokenResponse(FakeResponse.ServiceUnavailableHtml);

        using HttpResponseMessage response = await app.GetTrackAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, _retries);
        Assert.Equal(2, app.Fake.TokenRequests.Count);
        Assert.Single(app.Fake.ApiRequests);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task SendAsync_PermanentTokenFailure_IsRetriedUnlessThePredicateExcludesIt(bool isExcluded, int retries)
    {
        await using SpotifyApp app = await StartAsync(_ => _clock.Advance(TimeSpan.FromSeconds(30)), isExcluded);
        app.Fake.TokenResponse = FakeResponse.InvalidClientSecret;

        TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(() => app.GetTrackAsync());

        Assert.False(thrown.IsTransient);
        Assert.Equal(retries, _retries);
        Assert.Equal(retries + 1, app.Fake.TokenRequests.Count);
    }

    [Fact]
    public async Task SendAsync_PredicateThatExcludesPermanentFailures_StillRetriesTransientOnes()
    {
        await using SpotifyApp app = await StartAsync(_ => _clock.Advance(TimeSpan.FromSeconds(5)), excludesPermanentTokenFailures: true);
        app.Fake.EnqueueTokenResponse(FakeResponse.ServiceUnavailableHtml);

        using HttpResponseMessage response = await app.GetTrackAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, _retries);
    }

    private async Task<SpotifyApp> StartAsync(Action<SpotifyApp> onRetry, bool excludesPermanentTokenFailures = false)
    {
        SpotifyApp app = null!;
        app = await SpotifyApp.StartAsync(_clock, options => options.MaxRetryAttempts = 0, client => client.AddStandardResilienceHandler(options =>
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
            if (excludesPermanentTokenFailures)
            {
                options.Retry.ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is not TokenRequestException { IsTransient: false }
                    && HttpClientResiliencePredicates.IsTransient(arguments.Outcome));
            }
        }));
        return app;
    }
}
