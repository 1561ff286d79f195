using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class TestingSnippetTests
{
    // README: testing your app
    [Fact]
    public async Task GetTrackNameAsync_WhenTheTokenIsRevoked_CarriesOnWithANewOne()
    {
        await using var spotify = await FakeSpotify.StartAsync();
        var services = new ServiceCollection();
        services.AddSpotifyClientCredentials(spotify.Configure);
        services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();
        await using var provider = services.BuildServiceProvider();
        var catalogue = provider.GetRequiredService<SpotifyCatalogue>();

        Assert.Equal("Never Late for the Tide", await catalogue.GetTrackNameAsync("4cOdK2wGLETKBW3PvgPWqT"));

        spotify.RevokeTokens();
        Assert.Equal("Never Late for the Tide", await catalogue.GetTrackNameAsync("4cOdK2wGLETKBW3PvgPWqT"));
        Assert.Equal(2, spotify.TokenRequests.Count);
    }
    // end

    [Fact]
    public async Task Responses_WithOneScriptedFailure_FailOnce()
    {
        await using FakeSpotify spotify = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder("--Spotify:ClientId=real", "--Spotify:ClientSecret=credentials");
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();
        IServiceCollection services = builder.Services;

        // README: testing an app as it is
        services.AddSpotifyClientCredentials(spotify.Configure); // later settings win
        spotify.EnqueueTokenResponse(FakeResponse.InvalidClientSecret);
        // end

        using IHost host = builder.Build();
        SpotifyCatalogue catalogue = host.Services.GetRequiredService<SpotifyCatalogue>();
        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => catalogue.GetTrackNameAsync(ReadmeApp.TrackId));

        Assert.Equal(("invalid_client", false), (failure.Error, failure.IsTransient));
        Assert.Single(spotify.TokenRequests);
    }

    [Fact]
    public async Task Clock_SharedByFakeAndContainer_AdvancesBothByAnHour()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch);
        await using FakeSpotify spotify = await FakeSpotify.StartAsync(clock);
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(spotify.ToArguments());
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();
        using IHost host = builder.Build();
        SpotifyCatalogue catalogue = host.Services.GetRequiredService<SpotifyCatalogue>();

        Assert.Equal(ReadmeApp.TrackName, await catalogue.GetTrackNameAsync(ReadmeApp.TrackId));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ReadmeApp.TrackName, await catalogue.GetTrackNameAsync(ReadmeApp.TrackId));

        Assert.Equal(2, spotify.TokenRequests.Count);
        Assert.Equal(2, spotify.ApiRequests.Count);
    }
}
