using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Event 10 says why a request gets no token.</summary>
public sealed class BearerTokenHandlerLeftAloneTests : IDisposable
{
    private readonly BearerPipeline _pipeline = new();

    private IEnumerable<LogEntry> Logged => _pipeline.Logs.Events(10);

    public void Dispose() => _pipeline.Dispose();

    [Theory]
    [InlineData("https://elsewhere.example/", true)]
    [InlineData("https://elsewhere.example/", false)]
    [InlineData("http://api.spotify.com/v1/tracks/1", true)]
    [InlineData("https://api.spotify.com:444/v1/tracks/1", true)]
    [InlineData("https://accounts.spotify.com/api/token", true)]
    public async Task Send_ToAnotherAddress_IsLoggedOnceAtDebugWithTheReason(string uri, bool isAsync)
    {
        foreach (bool isCached in new[] { false, true })
        {
            using HttpResponseMessage response = await _pipeline.SendAsync(BearerPipeline.Get(uri), isAsync);

            AssertLogged("another address", times: isCached ? 2 : 1);
            _ = await _pipeline.Provider.GetTokenAsync();
        }
    }

    [Theory]
    [InlineData("Bearer users-own-token", true)]
    [InlineData("Basic YTpi", false)]
    [InlineData("no,scheme=\"at all", true)]
    public async Task Send_WithAnAuthorizationOfItsOwn_IsLoggedOnceAtDebugWithTheReason(string authorization, bool isAsync)
    {
        foreach (bool isCached in new[] { false, true })
        {
            using HttpRequestMessage request = BearerPipeline.Get();
            Assert.True(request.Headers.TryAddWithoutValidation("Authorization", authorization));

            using HttpResponseMessage response = await _pipeline.SendAsync(request, isAsync);

            AssertLogged("an Authorization of its own", times: isCached ? 2 : 1);
            Assert.DoesNotContain(authorization, _pipeline.Logs.Text, StringComparison.Ordinal);
            _ = await _pipeline.Provider.GetTokenAsync();
        }
    }

    [Fact]
    public async Task SendAsync_MessageOfThisLibraryNowForAnotherAddress_IsLoggedToo()
    {
        using HttpRequestMessage request = BearerPipeline.Get();
        using HttpResponseMessage first = await _pipeline.SendAsync(request);
        request.RequestUri = new Uri("https://elsewhere.example/");

        using HttpResponseMessage second = await _pipeline.SendAsync(request);

        AssertLogged("another address", times: 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_WithTheToken_IsNotLogged(bool isAsync)
    {
        using HttpRequestMessage request = BearerPipeline.Get();
        using HttpResponseMessage first = await _pipeline.SendAsync(request, isAsync);
        using HttpResponseMessage again = await _pipeline.SendAsync(request, isAsync);

        Assert.Empty(Logged);
    }

    private void AssertLogged(string reason, int times)
    {
        Assert.Equal(times, Logged.Count());
        Assert.All(Logged, entry => Assert.Equal(
            (LogLevel.Debug, $"A request gets no access token of app '(unnamed)', because it has {reason}"), (entry.Level, entry.Message)));
    }
}
