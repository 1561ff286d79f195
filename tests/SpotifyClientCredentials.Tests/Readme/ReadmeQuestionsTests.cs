using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReadmeSnippets;
using Refit;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>What README's FAQ says about mistakes that users make.</summary>
public sealed class ReadmeQuestionsTests
{
    [Fact]
    public async Task TypedClient_RegisteredOnceMoreWithoutAClient_HasNeitherTokenNorBaseAddress()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient<SpotifyCatalogue>().AddSpotifyBearerToken();
        builder.Services.AddScoped<SpotifyCatalogue>();
        using IHost host = builder.Build();
        using IServiceScope scope = host.Services.CreateScope();
        SpotifyCatalogue catalogue = scope.ServiceProvider.GetRequiredService<SpotifyCatalogue>();

        await Assert.ThrowsAsync<InvalidOperationException>(() => catalogue.GetTrackNameAsync(ReadmeApp.TrackId));

        Assert.Empty(fake.TokenRequests);
    }

    [Fact]
    public async Task Refit_WithAnEmptyBearer_IsLeftAloneAndSaysSo()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        using RecordingLoggerProvider logs = new();
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(logs);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddRefitGeneratedClient<IEmptyBearerApi>().AddSpotifyBearerToken();
        using IHost host = builder.Build();

        ApiException failure = await Assert.ThrowsAsync<ApiException>(() => host.Services.GetRequiredService<IEmptyBearerApi>().GetTrackAsync(ReadmeApp.TrackId));

        Assert.Contains(failure.StatusCode, (HttpStatusCode[])[HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized]);
        Assert.Equal("Bearer", Assert.Single(fake.ApiRequests).Headers["Authorization"]);
        Assert.Single(logs.Events(10));
    }

    [Fact]
    public async Task DefaultRequestHeaders_WithAnAuthorization_AreLeftAloneAndSaySo()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        using RecordingLoggerProvider logs = new();
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(logs);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient("spotify", client => client.DefaultRequestHeaders.Add("Authorization", "Bearer another")).AddSpotifyBearerToken();
        using IHost host = builder.Build();
        using HttpClient spotify = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");

        using HttpResponseMessage response = await spotify.GetAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(fake.TokenRequests);
        Assert.Single(logs.Events(10));
    }
}

[Headers("Authorization: Bearer")]
public interface IEmptyBearerApi
{
    [Get("/tracks/{id}")]
    Task<SpotifyTrack> GetTrackAsync(string id);
}
