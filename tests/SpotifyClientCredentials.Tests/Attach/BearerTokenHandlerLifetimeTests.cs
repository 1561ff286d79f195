using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>The token outlives the handlers, which the factory rebuilds.</summary>
public class BearerTokenHandlerLifetimeTests
{
    [Fact]
    public async Task SendAsync_AfterTheFactoryRebuiltTheHandler_UsesTheSameToken()
    {
        int built = 0;
        await using SpotifyApp app = await SpotifyApp.StartAsync(outside: client => client
            .SetHandlerLifetime(TimeSpan.FromSeconds(1)) // the shortest lifetime that the factory allows
            .ConfigureAdditionalHttpMessageHandlers((_, _) => built++));
        using HttpResponseMessage first = await app.CreateClient().GetAsync(SpotifyApp.Track);
        int before = built;

        await Soon.UntilAsync(() =>
        {
            using HttpClient client = app.CreateClient();
            return built > before;
        });
        using HttpResponseMessage second = await app.CreateClient().GetAsync(SpotifyApp.Track);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Single(app.Fake.TokenRequests);
        Assert.Single(app.Authorizations.Distinct());
    }

    [Fact]
    public async Task SendAsync_ByTypedClientsInSeveralScopes_SharesOneToken()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        ServiceCollection services = new();
        services.AddSpotifyClientCredentials(fake.Configure);
        services.AddHttpClient<Tracks>().AddSpotifyBearerToken();
        services.AddHttpClient<Artists>().AddSpotifyBearerToken();
        await using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });

        foreach (int _ in Enumerable.Range(0, 2))
        {
            await using AsyncServiceScope scope = provider.CreateAsyncScope();
            using HttpResponseMessage track = await scope.ServiceProvider.GetRequiredService<Tracks>().Client.GetAsync(SpotifyApp.Track);
            using HttpResponseMessage search = await scope.ServiceProvider.GetRequiredService<Artists>().Client.GetAsync("search?q=a&type=artist");
            Assert.Equal(HttpStatusCode.OK, track.StatusCode);
            Assert.Equal(HttpStatusCode.OK, search.StatusCode);
        }

        Assert.Equal(4, fake.ApiRequests.Count);
        Assert.Single(fake.TokenRequests);
    }

    private sealed class Tracks(HttpClient client)
    {
        public HttpClient Client { get; } = client;
    }

    private sealed class Artists(HttpClient client)
    {
        public HttpClient Client { get; } = client;
    }
}
