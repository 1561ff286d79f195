using SpotifyClientCredentials;

namespace ReadmeSnippets;

public sealed class UnitTestSnippetTests
{
    // Recipe: unit test of a provider's user
    [Fact]
    public async Task GetAsync_WithAToken_ReturnsTheHeader()
    {
        var stub = new StubHandler(() => new HttpResponseMessage
        {
            Content = new StringContent("""{ "access_token": "test-token", "token_type": "Bearer", "expires_in": 3600 }"""),
        });
        var options = new SpotifyClientCredentialsOptions { ClientId = "id", ClientSecret = "secret" };
        using var tokens = new ClientCredentialsTokenProvider(new HttpClient(stub), options);

        string header = await new SpotifyHeader(tokens).GetAsync();

        Assert.Equal("Bearer test-token", header);
    }
    // end

    // Recipe: unit test of a catch clause
    [Fact]
    public async Task ShowAsync_WithoutAToken_SaysWhenToTryAgain()
    {
        var failure = new TokenRequestException("There is no token.", isTransient: true) { RetryAfter = TimeSpan.FromSeconds(5) };
        using var http = new HttpClient(new StubHandler(() => throw failure)) { BaseAddress = new Uri("https://api.spotify.com/v1/") };

        string text = await new TrackPage(http).ShowAsync("4cOdK2wGLETKBW3PvgPWqT");

        Assert.Equal("Try again in 5 s.", text);
    }
    // end
}

// Recipe: unit test of a provider's user
public sealed class SpotifyHeader(ClientCredentialsTokenProvider tokens)
{
    public async Task<string> GetAsync() => $"Bearer {(await tokens.GetTokenAsync()).Value}";
}

public sealed class StubHandler(Func<HttpResponseMessage> respond) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(respond());
}
// end

// Recipe: unit test of a catch clause
public sealed class TrackPage(HttpClient http)
{
    public async Task<string> ShowAsync(string id)
    {
        try
        {
            return await http.GetStringAsync($"tracks/{id}");
        }
        catch (TokenRequestException e) when (e.IsTransient)
        {
            return $"Try again in {e.RetryAfter?.TotalSeconds ?? 5:0} s.";
        }
    }
}
// end
