using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RichardSzalay.MockHttp;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

/// <summary>Credentials that Configure reads from a vault, through a client that has the bearer handler by default.</summary>
public sealed class VaultTests : IAsyncLifetime, IDisposable
{
    private readonly MockHttpMessageHandler _vault = new();
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync();
        _vault.When("https://vault.example/secret")
            .With(request => request.Headers.Authorization is null)
            .Respond(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(_fake.ClientSecret) });
    }

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    public void Dispose() => _vault.Dispose();

    [Fact]
    public async Task GetTokenAsync_WithAVaultBehindTheClientFactory_GetsAToken()
    {
        await using ServiceProvider services = Build(services => services
            .AddSingleton<Vault>(provider => new Vault(provider.GetRequiredService<IHttpClientFactory>().CreateClient("vault")))
            .AddHttpClient("vault").ConfigurePrimaryHttpMessageHandler(() => _vault));

        await AssertGetsATokenAsync(() => services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask());
    }

    [Fact]
    public async Task GetTokenAsync_WithAVaultThatIsATypedClient_GetsAToken()
    {
        await using ServiceProvider services = BuildWithTypedVault();

        await AssertGetsATokenAsync(() => services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask());
    }

    [Fact]
    public async Task SendAsync_WithAVaultThatIsATypedClient_CarriesTheToken()
    {
        await using ServiceProvider services = BuildWithTypedVault();

        using HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient("any");
        using HttpResponseMessage response = await Task.Run(() => client.GetAsync(new Uri(_fake.ApiBaseAddress, "tracks/4cOdK2wGLETKBW3PvgPWqT"))).Within();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task StartupValidation_WithAVaultThatIsATypedClient_Succeeds()
    {
        await using ServiceProvider services = BuildWithTypedVault();

        // What ValidateOnStart does when a host starts.
        await Task.Run(() => services.GetRequiredService<IStartupValidator>().Validate()).Within();

        await AssertGetsATokenAsync(() => services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask());
    }

    [Fact]
    public async Task GetTokenAsync_WithAVaultWhoseClientHasTheBearerItself_ReadsTheVaultWithoutIt()
    {
        await using ServiceProvider services = Build(services => services
            .AddHttpClient<Vault>(client => client.BaseAddress = new Uri("https://vault.example/"))
            .ConfigurePrimaryHttpMessageHandler(() => _vault)
            .AddSpotifyBearerToken());

        await AssertGetsATokenAsync(() => services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask());
    }

    [Fact]
    public async Task GetTokenAsync_WithAVaultThatNeedsTheSameAppsToken_FailsTheVaultAndSaysWhy()
    {
        await using ServiceProvider services = Build(services => services.AddSingleton<Vault>(provider => new Vault(
            provider.GetRequiredService<ClientCredentialsTokenProvider>())));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(
            () => Task.Run(() => services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask())).Within();

        Assert.Equal(
            "The settings of app '(unnamed)' couldn't be read: The settings of a Spotify app can't be read with a token of the same app.", failure.Message);
    }

    [Fact]
    public async Task StartupValidation_WithAVaultThatNeedsTheSameAppsToken_ThrowsWhatTheVaultGot()
    {
        await using ServiceProvider services = Build(services => services.AddSingleton<Vault>(provider => new Vault(
            provider.GetRequiredService<ClientCredentialsTokenProvider>())));

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Task.Run(() => services.GetRequiredService<IStartupValidator>().Validate())).Within();

        Assert.Equal("The settings of a Spotify app can't be read with a token of the same app.", failure.Message);
    }

    private async Task AssertGetsATokenAsync(Func<Task<AccessToken>> get)
    {
        Assert.NotNull(await Task.Run(get).Within());
        Assert.Single(_fake.TokenRequests);
    }

    private ServiceProvider BuildWithTypedVault() =>
        Build(services => services.AddHttpClient<Vault>().ConfigurePrimaryHttpMessageHandler(() => _vault));

    private ServiceProvider Build(Action<IServiceCollection> addVault)
    {
        ServiceCollection services = new();
        services.AddSpotifyClientCredentials(_fake.Configure);
        services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
        addVault(services);
        services.AddOptions<SpotifyClientCredentialsOptions>().Configure<Vault>((options, vault) => options.ClientSecret = vault.Read());
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    private sealed class Vault
    {
        private readonly Func<Task<string>> _read;

        public Vault(HttpClient client) => _read = () => client.GetStringAsync(new Uri("https://vault.example/secret"));

        public Vault(ClientCredentialsTokenProvider provider) => _read = async () => (await provider.GetTokenAsync()).Value;

        // Configure is synchronous.
        public string Read() => Task.Run(_read).GetAwaiter().GetResult();
    }
}
