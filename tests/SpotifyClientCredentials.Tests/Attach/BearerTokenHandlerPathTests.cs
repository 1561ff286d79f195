using System.Net;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>
/// A path that refuses even a fresh token is remembered for the renewal window. Once that token is accepted elsewhere, the path's 401s are about
/// the path, which needs a user: they are returned at once and cost nothing.
/// </summary>
public sealed class BearerTokenHandlerPathTests : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private readonly BearerPipeline _pipeline;
    private Func<string, bool> _refuses = path => path.StartsWith("/v1/me", StringComparison.Ordinal);

    public BearerTokenHandlerPathTests() => _pipeline = Create(options => { });

    private int Acquisitions => _pipeline.Source.Acquisitions.Count;

    public void Dispose() => _pipeline.Dispose();

    [Theory]
    [InlineData("https://api.spotify.com/v1/search?q=a%20b", "GET /v1/search")]
    [InlineData("https://api.spotify.com/v1/search#part", "GET /v1/search")]
    [InlineData("https://api.spotify.com", "GET /")]
    [InlineData("https://api.spotify.com/v1/tracks/4cOdK2wGLETKBW3PvgPWqT", "GET /v1/tracks/{id}")]
    [InlineData("https://api.spotify.com/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/items/", "GET /v1/playlists/{id}/items/")]
    [InlineData("https://api.spotify.com/v1/tracks/4cOdK2wGLETKBW3PvgPWq", "GET /v1/tracks/4cOdK2wGLETKBW3PvgPWq")]
    [InlineData("https://api.spotify.com/v1/tracks/4cOdK2wGLETKBW3PvgPWqT1", "GET /v1/tracks/4cOdK2wGLETKBW3PvgPWqT1")]
    [InlineData("https://api.spotify.com/v1/tracks/4cOdK2wGLETKBW3PvgPW-T", "GET /v1/tracks/4cOdK2wGLETKBW3PvgPW-T")]
    public void PathOf_Address_IsMethodAndPathWithoutQueryAndIds(string uri, string path) =>
        Assert.Equal(path, UnauthorizedRetry.PathOf(HttpMethod.Get, new Uri(uri)));

    [Theory]
    [InlineData("GET", "me?after=1", true)]
    [InlineData("POST", "me", false)]
    [InlineData("GET", "me/tracks", false)]
    public async Task SendAsync_ToAPathThatRefusedAFreshToken_Returns401AtOnceForThisMethodAndPathAlone(string method, string path, bool isRemembered)
    {
        await RememberAsync("me");

        int sent = await SendAsync(path, new HttpMethod(method));

        Assert.Equal(isRemembered ? (1, 2) : (2, 3), (sent, Acquisitions));
    }

    [Fact]
    public async Task SendAsync_ToAnotherIdOnAPathThatRefusedAFreshToken_Returns401AtOnce()
    {
        _refuses = path => path.EndsWith("/items", StringComparison.Ordinal);
        await RememberAsync("playlists/37i9dQZF1DXcBWIGoYBM5M/items");

        Assert.Equal(1, await SendAsync("playlists/4cOdK2wGLETKBW3PvgPWqT/items"));
        Assert.Equal(2, Acquisitions);
        Assert.Equal(2, await SendAsync("playlists/a-users-name/items"));
        Assert.Equal(3, Acquisitions);
    }

    [Fact]
    public async Task SendAsync_UntilTheFreshTokenIsAcceptedElsewhere_DoesNotTakeThe401ForThePaths()
    {
        await SendAsync("me");
        Assert.Equal(2, Acquisitions);
        _pipeline.Clock.Advance(TimeSpan.FromSeconds(1));

        await SendAsync("me");

        Assert.Equal(3, Acquisitions);
    }

    [Fact]
    public async Task SendAsync_AfterTheRenewalWindow_AsksForAnotherTokenOnce()
    {
        await RememberAsync("me");
        _pipeline.Clock.Advance(Window - TimeSpan.FromTicks(1));
        Assert.Equal(1, await SendAsync("me"));
        _pipeline.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(2, await SendAsync("me"));
        Assert.Equal(3, Acquisitions);

        // It needs no other call to know that the new token is refused for the same reason.
        _pipeline.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await SendAsync("me"));
        Assert.Equal(3, Acquisitions);
    }

    [Fact]
    public async Task SendAsync_OnceThePathAcceptedAToken_RenewsAfterThe401AsBefore()
    {
        await RememberAsync("me");
        _refuses = _ => false;
        await SendAsync("me");
        _refuses = path => path == "/v1/me";

        Assert.Equal(2, await SendAsync("me"));
        Assert.Equal(3, Acquisitions);
    }

    [Fact]
    public async Task SendAsync_ToAPathThatRefusedAFreshToken_ReturnsTheReadable401WhateverItsContent()
    {
        await RememberAsync("me", HttpMethod.Put);
        using HttpRequestMessage request = new(HttpMethod.Put, "https://api.spotify.com/v1/me") { Content = new StreamContent(new MemoryStream([1])) };
        // An acquisition sets its timer before the call that starts it returns.
        int timers = _pipeline.Clock.TimersSet;

        using HttpResponseMessage response = await _pipeline.SendAsync(request);

        Assert.Equal("no", await response.Content.ReadAsStringAsync());
        Assert.Equal(timers, _pipeline.Clock.TimersSet);
    }

    [Fact]
    public async Task SendAsync_OnTheOnlyPathOfAnApp_RenewsAgainAfterASecondTokenIsRevokedDuringACall()
    {
        string revoked = "";
        TaskCompletionSource isFirstSent = new(), isSecondRevoked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using BearerPipeline pipeline = new(
            sent => ScriptedApi.Response(revoked.Contains(sent.Authorization![^1]) ? HttpStatusCode.Unauthorized : HttpStatusCode.OK),
            createInner: api => new Delay(api, request =>
            {
                bool isFirst = isFirstSent.TrySetResult() && request.Headers.Authorization!.Parameter == "token-1";
                return isFirst ? isSecondRevoked.Task : Task.CompletedTask;
            }));
        Task<int> first = SendAsync(pipeline, "search", HttpMethod.Get);
        await isFirstSent.Task.Within();
        revoked = "1";
        await SendAsync(pipeline, "search", HttpMethod.Get);
        revoked = "12";
        isSecondRevoked.SetResult();
        await first.Within();

        await SendAsync(pipeline, "search", HttpMethod.Get);

        Assert.Equal(["Bearer token-2", "Bearer token-3"], pipeline.Authorizations.TakeLast(2));
    }

    [Fact]
    public async Task SendAsync_ToMoreThan64PathsThatRefuseFreshTokens_RemembersTheNewest64()
    {
        using BearerPipeline pipeline = Create(options => options.RenewalWindow = TimeSpan.FromHours(1));
        pipeline.Source.Response = acquisition => acquisition.Grant(TimeSpan.FromHours(24));
        for (int path = 0; path < 65; path++)
        {
            Assert.Equal(2, await SendAsync(pipeline, $"me/{path}", HttpMethod.Get));
            await SendAsync(pipeline, "search", HttpMethod.Get);
            pipeline.Clock.Advance(TimeSpan.FromSeconds(30));
        }

        for (int path = 1; path < 65; path++)
        {
            Assert.Equal(1, await SendAsync(pipeline, $"me/{path}", HttpMethod.Get));
        }

        Assert.Equal(2, await SendAsync(pipeline, "me/0", HttpMethod.Get));
    }

    private BearerPipeline Create(Action<SpotifyClientCredentialsOptions> configure) => new(
        sent => ScriptedApi.Response(_refuses(sent.Uri!.AbsolutePath) ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, "no"), configure: configure);

    /// <summary>Lets a path refuse a fresh token that another path then accepts.</summary>
    private async Task RememberAsync(string path, HttpMethod? method = null)
    {
        Assert.Equal(2, await SendAsync(path, method));
        Assert.Equal(2, Acquisitions);
        await SendAsync("search");
    }

    private Task<int> SendAsync(string path, HttpMethod? method = null) => SendAsync(_pipeline, path, method ?? HttpMethod.Get);

    /// <returns>How often the request was sent.</returns>
    private static async Task<int> SendAsync(BearerPipeline pipeline, string path, HttpMethod method)
    {
        int before = pipeline.Api.Sent.Count;
        using HttpResponseMessage response = await pipeline.SendAsync(new HttpRequestMessage(method, $"https://api.spotify.com/v1/{path}"));
        return pipeline.Api.Sent.Count - before;
    }

    private sealed class Delay(HttpMessageHandler inner, Func<HttpRequestMessage, Task> before) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await before(request);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
