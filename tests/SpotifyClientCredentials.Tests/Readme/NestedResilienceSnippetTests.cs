using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class NestedResilienceSnippetTests
{
    [Fact]
    public async Task StandardResilience_AfterTheDefaultOneWasRemoved_RetriesThreeTimes() => Assert.Equal(4, await CountRequestsAsync(services =>
    {
        // Recipe: resilience on every client
        services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler()); // in a template's ServiceDefaults

        var spotify = services.AddHttpClient("spotify");
#pragma warning disable EXTEXP0001 // RemoveAllResilienceHandlers is experimental
        spotify.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        spotify.AddStandardResilienceHandler();
        spotify.AddSpotifyBearerToken();
        // end
    }));

    /// <summary>The reason for the recipe: each of the outer handler's attempts is retried by the inner one.</summary>
    [Fact]
    public async Task StandardResilience_WithinTheDefaultOne_RetriesFifteenTimes() => Assert.Equal(16, await CountRequestsAsync(services =>
    {
        services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler());
        IHttpClientBuilder spotify = services.AddHttpClient("spotify");
        spotify.AddStandardResilienceHandler();
        spotify.AddSpotifyBearerToken();
    }));

    private static async Task<int> CountRequestsAsync(Action<IServiceCollection> addClient)
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.ApiResponse = FakeResponse.ServiceUnavailableHtml;
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSpotifyClientCredentials();
        addClient(builder.Services);
        builder.Services.PostConfigureAll<HttpStandardResilienceOptions>(options => options.Retry.DelayGenerator = _ => ValueTask.FromResult<TimeSpan?>(TimeSpan.Zero));
        using IHost host = builder.Build();
        using HttpClient client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");

        using HttpResponseMessage response = await client.GetAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        return fake.ApiRequests.Count;
    }
}
