using System.Collections.Concurrent;
using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Servers;

/// <summary>
/// Against an authorization server that other people wrote, and an API that accepts its tokens only. No call fails that the server didn't
/// refuse: what callers got is compared with what the server counted.
/// </summary>
public sealed class OpenIddictTests
{
    private static readonly IEnumerable<HttpStatusCode> Success = Enumerable.Repeat(HttpStatusCode.OK, OpenIddictApp.Callers);

    [Theory]
    [InlineData(TokenFormat.Jwt)]
    [InlineData(TokenFormat.Reference)]
    public async Task GetAsync_FromSixteenCallersAtOnce_UsesOneToken(TokenFormat format)
    {
        await using OpenIddictApp app = await OpenIddictApp.StartAsync(format);

        Assert.Equal(Success, await app.CallAsync());

        Assert.Equal([200], app.Server.TokenResponses);
        Assert.Equal(OpenIddictApp.Callers, app.Server.ApiResponses.Count(status => status == 200));
        Assert.Equal(format == TokenFormat.Jwt, (await app.Provider.GetTokenAsync()).Value.Count(character => character == '.') == 2);
    }

    [Theory]
    [InlineData(TokenFormat.Jwt)]
    [InlineData(TokenFormat.Reference)]
    public async Task GetAsync_FromSixteenCallersOverFourTokenLives_IsNeverRefused(TokenFormat format)
    {
        await using OpenIddictApp app = await OpenIddictApp.StartAsync(format);
        AccessToken first = await app.Provider.GetTokenAsync();
        TimeSpan step = TimeSpan.FromSeconds(3);
        TimeSpan end = 4 * OpenIddictServer.TokenLife;

        for (TimeSpan time = TimeSpan.Zero; time < end; time += step)
        {
            Assert.Equal(Success, await app.CallAsync());
            // The clock must not overtake a renewal, which would end at its time limit.
            await Soon.UntilAsync(() => app.Clock.TimersPending == 0);
            app.Clock.Advance(step);
        }

        Assert.All(app.Server.ApiResponses, status => Assert.Equal(200, status));
        Assert.All(app.Server.TokenResponses, status => Assert.Equal(200, status));
        // A token is renewed with the first call after three quarters of its life, or up to 1.5 s later.
        TimeSpan earliest = 0.75 * OpenIddictServer.TokenLife;
        Assert.InRange(app.Server.TokenResponses.Count, (int)(end / (earliest + step)), (int)(end / earliest) + 1);
        // Proves that the server refuses a token that is expired.
        Assert.Equal(HttpStatusCode.Unauthorized, await app.Server.CallAsync(first));
    }

    [Fact]
    public async Task GetAsync_WhenTheTokenIsRevoked_SendsEachCallAgainWithOneOther()
    {
        await using OpenIddictApp app = await OpenIddictApp.StartAsync(TokenFormat.Reference);
        await app.CallAsync();
        AccessToken revoked = await app.Provider.GetTokenAsync();

        await app.Server.RevokeAsync(revoked);

        Assert.Equal(HttpStatusCode.Unauthorized, await app.Server.CallAsync(revoked));
        await AssertOneOtherTokenAsync(app, refused: 1);
    }

    [Fact]
    public async Task GetAsync_FromSixteenCallersWhileTokensAreRevoked_FailsOnlyIfTheServerRefusedBothTokens()
    {
        const int Revocations = 3;
        const int CallsBetween = 100;
        await using OpenIddictApp app = await OpenIddictApp.StartAsync(TokenFormat.Reference);
        int Accepted() => app.Server.ApiResponses.Count(status => status == 200);
        ConcurrentBag<HttpStatusCode> results = [];
        using CancellationTokenSource end = new();
        Task calling = Task.WhenAll(Enumerable.Range(0, OpenIddictApp.Callers).Select(async _ =>
        {
            while (!end.IsCancellationRequested)
            {
                results.Add(await app.CallOnceAsync());
            }
        }));

        for (int revocation = 1; revocation <= Revocations; revocation++)
        {
            await app.Server.RevokeAsync(await app.Provider.GetTokenAsync());
            // More than were in flight: these had another token.
            int accepted = Accepted();
            await Soon.UntilAsync(() => Accepted() >= accepted + CallsBetween);
        }

        await end.CancelAsync();
        await calling.Within();

        Assert.Equal(Enumerable.Repeat(200, Revocations + 1), app.Server.TokenResponses);
        Assert.Equal(Accepted(), results.Count(status => status == HttpStatusCode.OK));
        int refused = app.Server.ApiResponses.Count(status => status == 401);
        Assert.InRange(refused, Revocations, app.Server.ApiResponses.Count);
        Assert.InRange(results.Count(status => status != HttpStatusCode.OK), 0, refused / 2);
    }

    [Theory]
    [InlineData(TokenFormat.Jwt)]
    [InlineData(TokenFormat.Reference)]
    public async Task GetAsync_WhenTheServerRestartedWithoutItsKeysAndTokens_SendsEachCallAgainWithOneOther(TokenFormat format)
    {
        await using OpenIddictApp app = await OpenIddictApp.StartAsync(format);
        await app.CallAsync();

        await app.Server.StopAsync();
        await app.Server.StartAsync();

        await AssertOneOtherTokenAsync(app, refused: 0);
    }

    [Theory]
    [InlineData(TokenFormat.Jwt)]
    [InlineData(TokenFormat.Reference)]
    public async Task GetAsync_WhileTheServerRestarts_WaitsForAToken(TokenFormat format)
    {
        await using OpenIddictApp app = await OpenIddictApp.StartAsync(format);
        await app.Server.StopAsync();

        Task<HttpStatusCode[]> calling = app.CallAsync();
        // Each call waits for the end of the backoff.
        await Soon.UntilAsync(() => app.Logs.Events(3).Any() && app.Clock.TimersChanged == OpenIddictApp.Callers);
        await app.Server.StartAsync();
        Assert.False(calling.IsCompleted);
        app.Clock.Advance(Assert.Single(app.Logs.Events(3)).Value<TimeSpan>("Backoff"));

        Assert.Equal(Success, await calling);
        Assert.Equal([200], app.Server.TokenResponses);
        Assert.Equal(OpenIddictApp.Callers, app.Server.ApiResponses.Count(status => status == 200));
    }

    [Fact]
    public async Task GetAsync_WithAWrongSecret_FailsWithInvalidClientUntilItIsChanged()
    {
        const string WrongSecret = "00000000000000000000000000000000";
        await using OpenIddictApp app = await OpenIddictApp.StartAsync(TokenFormat.Jwt, WrongSecret);

        TokenRequestException[] failures = await Task.WhenAll(Enumerable.Range(0, OpenIddictApp.Callers)
            .Select(_ => Assert.ThrowsAsync<TokenRequestException>(app.CallOnceAsync))).Within();

        Assert.All(failures, failure =>
        {
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client", false), (failure.StatusCode, failure.Error, failure.IsTransient));
            Assert.DoesNotContain(WrongSecret, failure.ToString(), StringComparison.Ordinal);
        });
        Assert.Equal([401], app.Server.TokenResponses);
        Assert.Empty(app.Server.ApiResponses);

        app.ChangeSecret(OpenIddictServer.ClientSecret);

        Assert.Equal(Success, await app.CallAsync());
        Assert.Equal([401, 200], app.Server.TokenResponses);
        Assert.All(app.Server.ApiResponses, status => Assert.Equal(200, status));
    }

    /// <summary>Every call succeeds, sent again if the server refused it, and all with one other token.</summary>
    private static async Task AssertOneOtherTokenAsync(OpenIddictApp app, int refused)
    {
        Assert.Equal(Success, await app.CallAsync());

        Assert.Equal([200, 200], app.Server.TokenResponses);
        Assert.Equal(2 * OpenIddictApp.Callers, app.Server.ApiResponses.Count(status => status == 200));
        Assert.InRange(app.Server.ApiResponses.Count(status => status == 401) - refused, 1, OpenIddictApp.Callers);
        Assert.DoesNotContain(app.Server.ApiResponses, status => status is not (200 or 401));
    }
}
