using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

/// <summary>An app whose settings come from the section <c>Spotify:{name}</c>.</summary>
public sealed class NamedAppConfigurationTests : IAsyncLifetime
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync();
        Set("Spotify:radio", _fake.ClientSecret);
    }

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public async Task AddSpotifyClientCredentials_WithAName_BindsTheSectionOfThatName()
    {
        await using ServiceProvider services = Build(services => services.AddSpotifyClientCredentials("radio"));

        SpotifyClientCredentialsOptions options = services.GetRequiredService<IOptionsMonitor<SpotifyClientCredentialsOptions>>().Get("radio");

        Assert.Equal((_fake.ClientId, _fake.ClientSecret, _fake.TokenEndpoint), (options.ClientId, options.ClientSecret, options.TokenEndpoint));
    }

    [Fact]
    public async Task AddSpotifyClientCredentials_WithAName_RegistersAProviderKeyedByIt()
    {
        await using ServiceProvider services = Build(services =>
        {
            services.AddSpotifyClientCredentials("radio");
            services.AddHttpClient("api").AddSpotifyBearerToken("radio");
        });

        (await services.CreateClient("api").GetAsync("tracks/4cOdK2wGLETKBW3PvgPWqT")).EnsureSuccessStatusCode();
        AccessToken token = await services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("radio").GetTokenAsync();

        Assert.Null(services.GetService<ClientCredentialsTokenProvider>());
        Assert.Equal(FakeSpotifyClient.Basic(_fake.ClientId, _fake.ClientSecret), Assert.Single(_fake.TokenRequests).Headers["Authorization"]);
        Assert.Equal($"Bearer {token.Value}", Assert.Single(_fake.ApiRequests).Headers["Authorization"]);
    }

    [Fact]
    public void AddSpotifyClientCredentials_WithAName_ReturnsABuilderOfThatName() =>
        Assert.Equal("radio", new ServiceCollection().AddSpotifyClientCredentials("radio").Name);

    [Fact]
    public async Task AddSpotifyClientCredentials_WithAName_UsesChangedSettingsAtOnce()
    {
        await using ServiceProvider services = Build(services => services.AddSpotifyClientCredentials("radio"));
        ClientCredentialsTokenProvider provider = services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("radio");
        await provider.GetTokenAsync();

        _configuration["Spotify:radio:ClientSecret"] = "rotated";
        _configuration.Reload();

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(async () => await provider.GetTokenAsync());
        Assert.Equal("invalid_client", failure.Error);
        Assert.Contains("Check Spotify:radio:ClientId and Spotify:radio:ClientSecret: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(FakeSpotifyClient.Basic(_fake.ClientId, "rotated"), _fake.TokenRequests[^1].Headers["Authorization"]);
    }

    [Fact]
    public async Task AddSpotifyClientCredentials_WithAndWithoutAName_BindsASectionEach()
    {
        Set("Spotify", "of the unnamed app");
        await using ServiceProvider services = Build(services =>
        {
            services.AddSpotifyClientCredentials();
            services.AddSpotifyClientCredentials("radio");
        });
        IOptionsMonitor<SpotifyClientCredentialsOptions> options = services.GetRequiredService<IOptionsMonitor<SpotifyClientCredentialsOptions>>();

        Assert.Equal(("of the unnamed app", _fake.ClientSecret), (options.CurrentValue.ClientSecret, options.Get("radio").ClientSecret));
    }

    [Fact]
    public async Task AddSpotifyClientCredentials_WithANameAndSettingsInCode_UsesBoth()
    {
        await using ServiceProvider services = Build(services =>
        {
            services.AddSpotifyClientCredentials("radio");
            services.AddSpotifyClientCredentials("radio", options => options.ClientId = "");
        });

        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(
            async () => await services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("radio").GetTokenAsync());

        Assert.StartsWith(
            "Spotify:radio:ClientId is missing (environment variable Spotify__radio__ClientId). ", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    private void Set(string section, string clientSecret)
    {
        _configuration[$"{section}:ClientId"] = _fake.ClientId;
        _configuration[$"{section}:ClientSecret"] = clientSecret;
        _configuration[$"{section}:TokenEndpoint"] = _fake.TokenEndpoint.AbsoluteUri;
        _configuration[$"{section}:ApiBaseAddress"] = _fake.ApiBaseAddress.AbsoluteUri;
    }

    private ServiceProvider Build(Action<IServiceCollection> register) => TestContainer.Build(services =>
    {
        services.AddSingleton<IConfiguration>(_configuration);
        register(services);
    });
}
