using System.Net;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Redirects on real sockets: .NET follows them in an inner handler, drops the header and rewrites the message.</summary>
public class BearerTokenHandlerRedirectTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_RedirectToAnotherOriginThatReturns401_SendsNoTokenThereAndKeepsTheToken(bool isAsync)
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        await using RawServer foreign = new("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
        app.Fake.EnqueueApiResponse(FakeResponse.Redirect(new Uri(foreign.Address, "stolen")));

        using HttpResponseMessage response = await SendAsync(app, new HttpRequestMessage(HttpMethod.Get, SpotifyApp.Track), isAsync);
        using HttpResponseMessage later = await app.GetTrackAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("no", await response.Content.ReadAsStringAsync());
        string request = Assert.Single(foreign.Requests);
        Assert.StartsWith("GET /stolen ", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", request, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        Assert.Single(app.Fake.TokenRequests);
    }

    [Theory]
    [InlineData(HttpStatusCode.Found, true)]
    [InlineData(HttpStatusCode.Found, false)]
    [InlineData(HttpStatusCode.MovedPermanently, true)]
    [InlineData(HttpStatusCode.TemporaryRedirect, true)]
    [InlineData(HttpStatusCode.PermanentRedirect, true)]
    public async Task Send_RedirectWithinTheApi_SendsTheTokenToTheFinalAddress(HttpStatusCode status, bool isAsync)
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        app.Fake.EnqueueApiResponse(FakeResponse.Redirect(new Uri(app.Fake.ApiBaseAddress, SpotifyApp.Track), status));

        using HttpResponseMessage response = await SendAsync(app, new HttpRequestMessage(HttpMethod.Get, "old"), isAsync);
        using HttpResponseMessage later = await app.GetTrackAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["/v1/old", $"/v1/{SpotifyApp.Track}", $"/v1/{SpotifyApp.Track}", $"/v1/{SpotifyApp.Track}"], Paths(app));
        List<string?> sent = [.. app.Authorizations];
        Assert.NotNull(sent[0]);
        Assert.Equal([sent[0], null, sent[0], sent[0]], sent);
        Assert.Single(app.Fake.TokenRequests);
    }

    [Theory]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    [InlineData(HttpStatusCode.PermanentRedirect)]
    public async Task SendAsync_RedirectThatKeepsTheBody_SendsBodyAndTokenToTheFinalAddress(HttpStatusCode status)
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        app.Fake.EnqueueApiResponse(FakeResponse.Redirect(new Uri("new", UriKind.Relative), status));
        app.Fake.EnqueueApiResponse(FakeResponse.Unauthorized);
        app.Fake.EnqueueApiResponse(FakeResponse.Json("{}"));

        using HttpResponseMessage response = await app.Api.PostAsync("old", new StringContent("body"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["POST /v1/old body", "POST /v1/new body", "POST /v1/new body"],
            app.Fake.ApiRequests.Select(request => $"{request.Method} {request.RequestUri.AbsolutePath} {request.Body}"));
        Assert.Equal([true, false, true], app.Authorizations.Select(value => value is not null));
    }

    [Fact]
    public async Task SendAsync_RedirectWithinTheApiWithARevokedToken_RetriesA401WithANewToken()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        using HttpResponseMessage earlier = await app.GetTrackAsync();
        app.Fake.RevokeTokens();
        app.Fake.EnqueueApiResponse(FakeResponse.Redirect(new Uri(app.Fake.ApiBaseAddress, SpotifyApp.Track)));

        using HttpResponseMessage response = await app.Api.GetAsync("old");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        List<string?> sent = [.. app.Authorizations.Skip(1)];
        Assert.Equal([sent[0], null, sent[0], sent[3]], sent);
        Assert.NotEqual(sent[0], sent[3]);
        Assert.Equal(2, app.Fake.TokenRequests.Count);
    }

    [Fact]
    public async Task SendAsync_SecondRedirectAfterTheRetry_ReturnsThe401()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        app.Fake.EnqueueApiResponse(FakeResponse.Redirect(new Uri("one", UriKind.Relative)));
        app.Fake.EnqueueApiResponse(FakeResponse.Unauthorized);
        app.Fake.EnqueueApiResponse(FakeResponse.Redirect(new Uri("two", UriKind.Relative)));
        app.Fake.EnqueueApiResponse(FakeResponse.Unauthorized);

        using HttpResponseMessage response = await app.Api.GetAsync("old");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(["/v1/old", "/v1/one", "/v1/one", "/v1/two"], Paths(app));
        Assert.Single(app.Fake.TokenRequests);
    }

    private static IEnumerable<string> Paths(SpotifyApp app) => app.Fake.ApiRequests.Select(request => request.RequestUri.AbsolutePath);

    private static async Task<HttpResponseMessage> SendAsync(SpotifyApp app, HttpRequestMessage request, bool isAsync) =>
        isAsync ? await app.Api.SendAsync(request) : await Task.Run(() => app.Api.Send(request));
}
