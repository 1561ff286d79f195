using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Refit;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Attach.Clients;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class RefitSnippetTests
{
    [Fact]
    public async Task Refit_AsRegistered_CarriesTheTokenAndRetriesA401()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSpotifyClientCredentials();

        // Recipe: Refit registration
        builder.Services.AddRefitGeneratedClient<ISpotifyApi>().AddSpotifyBearerToken();
        // end

        using IHost host = builder.Build();
        await ClientContract.AssertAsync(fake, async () => (await host.Services.GetRequiredService<ISpotifyApi>().GetTrackAsync(ReadmeApp.TrackId)).Name);
    }
}

// Recipe: Refit
public interface ISpotifyApi
{
    [Get("/tracks/{id}")]
    Task<SpotifyTrack> GetTrackAsync(string id);
}

public sealed record SpotifyTrack(string Name);
// end
