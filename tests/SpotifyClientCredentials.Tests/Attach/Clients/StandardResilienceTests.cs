using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly.CircuitBreaker;
using Polly.Timeout;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach.Clients;

/// <summary>
/// <c>AddStandardResilienceHandler</c> outside the handler, with the clock of the container. For the token between its attempts, see
/// <see cref="BearerTokenHandlerResilienceTests"/>.
/// </summary>
public sealed class StandardResilienceTests
{
    private readonly TestClock _clock = new();
    private readonly List<TimeSpan> _pauses = [];

    [Fact]
    public async Task StandardResilience_WithItsDefaults_CarriesTheTokenAndRetriesA401WithoutARetry()
    {
        await using SpotifyApp app = await StartAsync();

        await ClientContract.AssertAsync(app.Fake, async () => (await app.Api.GetFromJsonAsync<Track>(SpotifyApp.Track))?.Name);

        Assert.Empty(_pauses);
    }

    [Fact]
    public async Task StandardResilience_ShortRetryAfter_WaitsThatLong()
    {
        await using SpotifyApp app = await StartAsync(Unlimited);
        app.Fake.EnqueueApiResponse(FakeResponse.RateLimited(TimeSpan.FromSeconds(3)));

        using HttpResponseMessage response = await RunClockAsync(app.GetTrackAsync());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([TimeSpan.FromSeconds(3)], _pauses);
        Assert.True(app.Fake.ApiRequests[1].ReceivedAt - app.Fake.ApiRequests[0].ReceivedAt >= TimeSpan.FromSeconds(3));
        AssertOneToken(app, requests: 2);
    }

    /// <summary>The reason for the recipe in the README: by default, the call times out during the wait, and the caller never sees the Retry-After.</summary>
    [Fact]
    public async Task StandardResilience_LongRetryAfter_TimesOutDuringTheWait()
    {
        await using SpotifyApp app = await StartAsync();
        app.Fake.EnqueueApiResponse(FakeResponse.RateLimited(TimeSpan.FromHours(1)));

        Task<HttpResponseMessage> getting = app.GetTrackAsync();
        await Soon.UntilAsync(() => _pauses.Count == 1);
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => RunClockAsync(getting));

        Assert.Equal([TimeSpan.FromHours(1)], _pauses);
        AssertOneToken(app, requests: 1);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task StandardResilience_ServerError_IsRetriedWithTheSameToken(HttpStatusCode status)
    {
        await using SpotifyApp app = await StartAsync(Unlimited);
        app.Fake.EnqueueApiResponse(FakeResponse.Text("trouble", status), times: 3);

        using HttpResponseMessage response = await RunClockAsync(app.GetTrackAsync());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, _pauses.Count);
        AssertOneToken(app, requests: 4);
    }

    [Fact]
    public async Task StandardResilience_OpenCircuit_SendsNoCallAndNoTokenRequestUntilItCloses()
    {
        await using SpotifyApp app = await StartAsync(options =>
        {
            Unlimited(options);
            options.Retry.ShouldHandle = _ => ValueTask.FromResult(false);
            options.CircuitBreaker.MinimumThroughput = 2;
        });
        app.Fake.ApiResponse = FakeResponse.ServiceUnavailableHtml;
        (await app.GetTrackAsync()).Dispose();
        (await app.GetTrackAsync()).Dispose();

        app.Fake.ApiResponse = null;
        app.Fake.RevokeTokens();
        await Assert.ThrowsAsync<BrokenCircuitException>(app.GetTrackAsync);
        AssertOneToken(app, requests: 2);

        _clock.Advance(TimeSpan.FromSeconds(5));
        using HttpResponseMessage response = await app.GetTrackAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, app.Fake.TokenRequests.Count);
    }

    /// <summary>The circuit breaker never sees a 401 that the bearer handler retried.</summary>
    [Fact]
    public async Task StandardResilience_RevokedTokens_LeaveTheCircuitClosed()
    {
        await using SpotifyApp app = await StartAsync(options =>
        {
            Unlimited(options);
            options.CircuitBreaker.MinimumThroughput = 2;
            options.CircuitBreaker.ShouldHandle = breaker => ValueTask.FromResult(breaker.Outcome.Result?.StatusCode != HttpStatusCode.OK);
        });

        for (int call = 0; call < 4; call++)
        {
            using HttpResponseMessage response = await app.GetTrackAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            app.Fake.RevokeTokens();
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(4, app.Fake.TokenRequests.Count);
    }

    /// <summary>The handler retries by itself, so an unconfigured handler around it has nothing to retry, and its circuit stays closed.</summary>
    [Fact]
    public async Task StandardResilience_WrongSecretWithItsDefaults_FailsEachCallAtOnceWithTheReason()
    {
        await using SpotifyApp app = await StartAsync();
        app.Fake.TokenResponse = FakeResponse.InvalidClientSecret;

        // Its circuit opens after 100 calls in 30 seconds of which a tenth fail.
        for (int call = 0; call < 300; call++)
        {
            TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(app.GetTrackAsync).Within();
            Assert.Equal(("invalid_client", false), (thrown.Error, thrown.IsTransient));
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Empty(_pauses);
        Assert.Single(app.Fake.TokenRequests);
    }

    private Task<SpotifyApp> StartAsync(Action<HttpStandardResilienceOptions>? configure = null) =>
        SpotifyApp.StartAsync(_clock, options => options.TokenRequestTimeout = TimeSpan.FromHours(1), client => client.AddStandardResilienceHandler(options =>
        {
            options.Retry.OnRetry = retry =>
            {
                _pauses.Add(retry.RetryDelay);
                return ValueTask.CompletedTask;
            };
            configure?.Invoke(options);
        }));

    // No timeout may end a call while the test runs the clock.
    private static void Unlimited(HttpStandardResilienceOptions options)
    {
        options.TotalRequestTimeout.Timeout = TimeSpan.FromHours(20);
        options.AttemptTimeout.Timeout = TimeSpan.FromHours(10);
        options.CircuitBreaker.SamplingDuration = TimeSpan.FromHours(20);
    }

    private async Task<HttpResponseMessage> RunClockAsync(Task<HttpResponseMessage> getting)
    {
        await Soon.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return getting.IsCompleted;
        });
        return await getting;
    }

    private static void AssertOneToken(SpotifyApp app, int requests)
    {
        Assert.Single(app.Fake.TokenRequests);
        Assert.Equal(requests, app.Fake.ApiRequests.Count);
        Assert.StartsWith("Bearer ", Assert.Single(app.Authorizations.Distinct()), StringComparison.Ordinal);
    }
}
