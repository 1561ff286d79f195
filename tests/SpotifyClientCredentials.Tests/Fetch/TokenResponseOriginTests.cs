using System.Net;
using RichardSzalay.MockHttp;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>[B1]: a response counts only if the request that it belongs to is the token request, whatever handlers do to it on the way.</summary>
public sealed class TokenResponseOriginTests : IDisposable
{
    private static readonly Uri Endpoint = new("https://accounts.spotify.com/api/token");

    private static readonly Dictionary<string, Action<HttpResponseMessage>> Rewrites = new()
    {
        ["another path"] = response => response.RequestMessage!.RequestUri = new Uri(Endpoint, "/other"),
        ["a query"] = response => response.RequestMessage!.RequestUri = new Uri($"{Endpoint}?x=1"),
        ["another host"] = response => response.RequestMessage!.RequestUri = new Uri("https://accounts.spotify.example/api/token"),
        ["another scheme"] = response => response.RequestMessage!.RequestUri = new Uri("http://accounts.spotify.com/api/token"),
        ["another port"] = response => response.RequestMessage!.RequestUri = new Uri("https://accounts.spotify.com:444/api/token"),
        ["another method"] = response => response.RequestMessage!.Method = HttpMethod.Put,
        ["another message for another address"] = response => response.RequestMessage = new HttpRequestMessage(HttpMethod.Post, "https://elsewhere.example/"),
        ["another message as after a redirect"] = response => response.RequestMessage = new HttpRequestMessage(HttpMethod.Get, Endpoint),
        ["a message without an address"] = response => response.RequestMessage = new HttpRequestMessage(HttpMethod.Post, (Uri?)null),
        ["no message"] = response => response.RequestMessage = null,
        ["the same message"] = _ => { },
        ["a copy of the message"] = response => response.RequestMessage = new HttpRequestMessage(HttpMethod.Post, "https://ACCOUNTS.spotify.com:443/api/token"),
    };

    private readonly MockHttpMessageHandler _http = new();
    private readonly TestClock _clock = new();

    public TokenResponseOriginTests() => _http.When("*").Respond("application/json", Responses.Good);

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("another path")]
    [InlineData("a query")]
    [InlineData("another host")]
    [InlineData("another scheme")]
    [InlineData("another port")]
    [InlineData("another method")]
    [InlineData("another message for another address")]
    [InlineData("another message as after a redirect")]
    [InlineData("a message without an address")]
    public async Task GetTokenAsync_WhenAHandlerChangesTheRequest_RefusesTheResponsePermanently(string rewrite)
    {
        using HttpClient client = new(new Rewriting(Rewrites[rewrite]) { InnerHandler = _http });
        using ClientCredentialsTokenProvider provider = new(client, TestOptions.Create(), _clock);

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => provider.GetTokenAsync().AsTask()).Within();

        Assert.Equal((HttpStatusCode.OK, false), (failure.StatusCode, failure.IsTransient));
        Assert.Contains("followed a redirect, or one of its handlers changed the request", failure.Message, StringComparison.Ordinal);
        Assert.Contains("or remove the handler that changes the request", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no message")]
    [InlineData("the same message")]
    [InlineData("a copy of the message")]
    public async Task GetTokenAsync_WhenNoHandlerChangesTheRequest_ReturnsTheToken(string rewrite)
    {
        using HttpClient client = new(new Rewriting(Rewrites[rewrite]) { InnerHandler = _http });
        using ClientCredentialsTokenProvider provider = new(client, TestOptions.Create(), _clock);

        Assert.Equal("NgCXRKc-MzYjw", (await provider.GetTokenAsync().AsTask().Within()).Value);
    }

    private sealed class Rewriting(Action<HttpResponseMessage> rewrite) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            rewrite(response);
            return response;
        }
    }
}
