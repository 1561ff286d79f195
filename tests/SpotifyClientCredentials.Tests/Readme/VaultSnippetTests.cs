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

    [Fact]
    public async Task Vault_OfScopedServices_IsReadInAScopeThatEnds()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder($"--Spotify:TokenEndpoint={fake.TokenEndpoint}", "--environment=Development"); // which validates scopes
        List<ScopedStore> stores = [];
        builder.Services.AddScoped<ISecretStore>(_ =>
        {
            stores.Add(new ScopedStore(new() { ["spotify-client-id"] = fake.ClientId, ["spotify-client-secret"] = fake.ClientSecret }));
            return stores[^1];
        });

        // Recipe: vault with scoped services
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddOptions<SpotifyClientCredentialsOptions>()
            .Configure<IServiceScopeFactory>((options, scopes) =>
            {
                using var scope = scopes.CreateScope();
                var vault = scope.ServiceProvider.GetRequiredService<ISecretStore>();
                options.ClientId = vault.Read("spotify-client-id");
                options.ClientSecret = vault.Read("spotify-client-secret");
            });
        // end

        using IHost host = builder.Build();
        await host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        Assert.Single(fake.TokenRequests);
        Assert.True(Assert.Single(stores).IsDisposed);
    }

    private sealed class ScopedStore(Dictionary<string, string> secrets) : ISecretStore, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public string Read(string name) => secrets[name];

        public void Dispose() => IsDisposed = true;
    }

    private sealed class SecretStore(Dictionary<string, string> secrets) : ISecretStore
    {
        public string Read(string name) => secrets[name];
    }
}
