using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach.Clients;

/// <summary><c>AddStandardHedgingHandler</c> outside the handler. It sends several copies of the message at a time.</summary>
public sealed class HedgingTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public async Task Hedging_WithItsDefaults_CarriesTheTokenAndRetriesA401()
    {
        await using SpotifyApp app = await StartAsync();

        await ClientContract.AssertAsync(app.Fake, async () => (await app.Api.GetFromJsonAsync<Track>(SpotifyApp.Track))?.Name);
    }

    [Fact]
    public async Task Hedging_FirstResponseIsAServerError_SendsAnotherCopyWithTheToken()
    {
        await using SpotifyApp app = await StartAsync();
        app.Fake.EnqueueApiResponse(FakeResponse.ServiceUnavailableHtml);

        using HttpResponseMessage response = await app.GetTrackAsync().Within();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, app.Fake.ApiRequests.Count);
        Assert.StartsWith("Bearer ", Assert.Single(app.Authorizations.Distinct()), StringComparison.Ordinal);
        Assert.Single(app.Fake.TokenRequests);
    }

    [Fact]
    public async Task Hedging_FirstResponseIsLate_SendsTheSecondCopyWithTheCurrentToken()
    {
        await using SpotifyApp app = await StartAsync();
        app.Fake.EnqueueApiResponse(FakeResponse.NoResponse);
        ClientCredentialsTokenProvider tokens = app.Services.GetRequiredService<ClientCredentialsTokenProvider>();
        Task<HttpResponseMessage> getting = app.GetTrackAsync();
        await Soon.UntilAsync(() => app.Fake.ApiRequests.Count == 1);
        _ = await tokens.GetTokenAsync(await tokens.GetTokenAsync());

        _clock.Advance(TimeSpan.FromSeconds(2));
        using HttpResponseMessage response = await getting.Within();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, app.Authorizations.Distinct().Count());
        Assert.Equal(2, app.Fake.TokenRequests.Count);
    }

    /// <summary>All copies get a 401 before any of them is retried.</summary>
    [Fact]
    public async Task Hedging_AllAttemptsAtOnceWithARevokedToken_SendsOneTokenRequest()
    {
        await using SpotifyApp app = await StartAsync(options => options.Hedging.Delay = TimeSpan.Zero);
        (await app.GetTrackAsync().Within()).Dispose();
        int before = app.Fake.ApiRequests.Count;
        app.Fake.RevokeTokens();
        TaskCompletionSource all = new();
        app.Fake.EnqueueApiResponse(FakeResponse.Default.WaitFor(all.Task), times: 2);

        Task<HttpResponseMessage> getting = app.GetTrackAsync();
        await Soon.UntilAsync(() => app.Fake.ApiRequests.Count == before + 2);
        all.SetResult();
        using HttpResponseMessage response = await getting.Within();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, app.Fake.TokenRequests.Count);
    }

    private Task<SpotifyApp> StartAsync(Action<HttpStandardHedgingResilienceOptions>? configure = null) =>
        SpotifyApp.StartAsync(_clock, outside: client => client.AddStandardHedgingHandler().Configure(options => configure?.Invoke(options)));
}
