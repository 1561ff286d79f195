using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class VaultSnippetTests
{
    private interface ISecretStore
    {
        string Read(string name);
    }

    [Fact]
    public async Task Vault_WithTheCredentials_ProvidesThemToTheTokenRequest()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder($"--Spotify:TokenEndpoint={fake.TokenEndpoint}");
        builder.Services.AddSingleton<ISecretStore>(new SecretStore(new()
        {
            ["spotify-client-id"] = fake.ClientId,
            ["spotify-client-secret"] = fake.ClientSecret,
        }));

        // Recipe: vault
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddOptions<SpotifyClientCredentialsOptions>()
            .Configure<ISecretStore>((options, vault) =>
            {
                options.ClientId = vault.Read("spotify-client-id");
                options.ClientSecret = vault.Read("spotify-client-secret");
            });
        // end

        using IHost host = builder.Build();
        await host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        Assert.Single(fake.TokenRequests);
    }

    private sealed class SecretStore(Dictionary<string, string> secrets) : ISecretStore
    {
        public string Read(string name) => secrets[name];
    }
}
