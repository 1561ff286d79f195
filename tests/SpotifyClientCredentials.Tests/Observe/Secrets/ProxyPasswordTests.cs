using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>[B4]: .NET names the proxy with its password in the message of its exception, which nothing of the library shows.</summary>
[Collection(NonParallel.Name)]
public sealed class ProxyPasswordTests : IDisposable
{
    private readonly Spans _spans = new();
    private readonly Observation _observation = new();
    private readonly TestClock _clock = new();

    public void Dispose()
    {
        _observation.Dispose();
        _spans.Dispose();
    }

    [Theory]
    [InlineData("pa55word", "pa55word")]
    [InlineData("pa55 'w\"0rd99", "0rd99")]
    [InlineData("pa55%40w%2f0rd99", "0rd99")]
    public async Task ProxyPassword_InAnExceptionOfNet_IsShownInNothingOfTheLibrary(string password, string part)
    {
        await using RawServer proxy = new("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        _observation.Secrets.Add("password", password).Add("part of it", part);
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_observation.Log));
            services.AddSpotifyClientCredentials(options => (options.ClientId, options.ClientSecret) = (TestOptions.ClientId, TestOptions.ClientSecret))
                .TokenClient.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
                {
                    Proxy = new WebProxy($"http://user:{password}@127.0.0.1:{proxy.Address.Port}/"),
                });
        });

        ClientCredentialsTokenProvider provider = services.GetRequiredService<ClientCredentialsTokenProvider>();
        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(
            () => _observation.Log.PassAsync(_clock, () => provider.GetTokenAsync().AsTask()));
        string reason = $"The proxy tunnel request to proxy 'http://[redacted]@127.0.0.1:{proxy.Address.Port}/' failed with status code '502'.";
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
        Assert.IsType<TokenRequestException>(failure.GetBaseException());
        Assert.Contains(reason, _observation.Log.Events(3).First().Message, StringComparison.Ordinal);
        Activity span = _spans.Of(SpotifyClientCredentialsTelemetry.ActivitySourceName)[0];
        Assert.Contains(reason, span.StatusDescription, StringComparison.Ordinal);
        Assert.Equal("_OTHER", _spans.Tags(1)["error.type"]);
        _observation.Show(failure);
        Assert.All(["log", "exception", "metric", "debugger"], channel => Assert.NotEmpty(_observation.Channels[channel]));
        // What .NET itself shows is a limit: see SECURITY.md.
        Assert.Equal(["System.Net.Http", "activity"], _observation.Leaks);
    }
}
