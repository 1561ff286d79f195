using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class TypedClientSnippetTests
{
    [Fact]
    public async Task TypedClient_WhenTheTrackExists_ReturnsItsName()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        using IHost host = BuildHost(fake);

        string? name = await host.Services.GetRequiredService<SpotifyCatalogue>().GetTrackNameAsync(ReadmeApp.TrackId);

        Assert.Equal(ReadmeApp.TrackName, name);
        Assert.Single(fake.TokenRequests);
    }

    [Fact]
    public async Task TypedClient_WhenAnAddressStartsWithASlash_SendsItsRequestOutsideOfV1()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        using IHost host = BuildHost(fake);
        using HttpClient spotify = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(SpotifyCatalogue));

        using HttpResponseMessage response = await spotify.GetAsync(new Uri($"/tracks/{ReadmeApp.TrackId}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal($"/tracks/{ReadmeApp.TrackId}", Assert.Single(fake.ApiRequests).RequestUri.AbsolutePath);
    }

    private static IHost BuildHost(FakeSpotify fake)
    {
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();
        return builder.Build();
    }
}
