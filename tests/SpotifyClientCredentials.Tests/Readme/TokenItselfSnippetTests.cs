using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class TokenItselfSnippetTests
{
    [Fact]
    public async Task TokenItself_TakenFromTheProvider_IsAcceptedByTheWebApi()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSpotifyClientCredentials();
        using IHost host = builder.Build();

        // README: the token itself
        var tokens = host.Services.GetRequiredService<ClientCredentialsTokenProvider>();
        var token = await tokens.GetTokenAsync();
        // end

        using HttpClient plain = new() { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token.Value) } };
        string track = await plain.GetStringAsync(new Uri(fake.ApiBaseAddress, $"tracks/{ReadmeApp.TrackId}"));
        Assert.Contains(ReadmeApp.TrackName, track, StringComparison.Ordinal);
        Assert.Single(fake.TokenRequests);
    }
}
