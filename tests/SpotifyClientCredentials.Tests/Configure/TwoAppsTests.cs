using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class TwoAppsTests : IAsyncLifetime, IDisposable
{
    private readonly CountingHandler _ofSecondTokenClient = new();
    private FakeSpotify _firstFake = null!;
    private FakeSpotify _secondFake = null!;
    private ServiceProvider _services = null!;

    private ClientCredentialsTokenProvider First => _services.GetRequiredService<ClientCredentialsTokenProvider>();

    private ClientCredentialsTokenProvider Second => _services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("second");

    public async Task InitializeAsync()
    {
        _firstFake = await FakeSpotify.StartAsync();
        _secondFake = await FakeSpotify.StartAsync();
        _services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_firstFake.Configure);
            services.AddSpotifyClientCredentials("second", _secondFake.Configure).TokenClient.AddHttpMessageHandler(() => _ofSecondTokenClient);
            services.AddHttpClient("first").AddSpotifyBearerToken();
            services.AddHttpClient("second").AddSpotifyBearerToken("second");
        });
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _firstFake.DisposeAsync();
        await _secondFake.DisposeAsync();
    }

    public void Dispose() => _ofSecondTokenClient.Dispose();

    [Fact]
    public void Options_OfTwoApps_AreSeparate()
    {
        IOptionsMonitor<SpotifyClientCredentialsOptions> options = _services.GetRequiredService<IOptionsMonitor<SpotifyClientCredentialsOptions>>();

        Assert.Equal(_firstFake.ClientId, options.CurrentValue.ClientId);
        Assert.Equal(_secondFake.ClientId, options.Get("second").ClientId);
    }

    [Fact]
    public async Task Clients_OfTwoApps_SendTheirOwnCredentialsAndTokenToTheirOwnServers()
    {
        (await _services.CreateClient("first").GetAsync("tracks/4cOdK2wGLETKBW3PvgPWqT")).EnsureSuccessStatusCode();
        (await _services.CreateClient("second").GetAsync("tracks/4cOdK2wGLETKBW3PvgPWqT")).EnsureSuccessStatusCode();

        foreach ((FakeSpotify fake, ClientCredentialsTokenProvider provider) in new[] { (_firstFake, First), (_secondFake, Second) })
        {
            Assert.Equal(FakeSpotifyClient.Basic(fake.ClientId, fake.ClientSecret), Assert.Single(fake.TokenRequests).Headers["Authorization"]);
            Assert.Equal($"Bearer {(await provider.GetTokenAsync()).Value}", Assert.Single(fake.ApiRequests).Headers["Authorization"]);
        }
    }

    [Fact]
    public async Task TokenClient_OfOneApp_SendsNoRequestOfTheOther()
    {
        await First.GetTokenAsync();
        Assert.Equal(0, _ofSecondTokenClient.Count);

        await Second.GetTokenAsync();
        Assert.Equal(1, _ofSecondTokenClient.Count);
    }

    [Fact]
    public async Task GetTokenAsync_DuringTheBackoffOfTheOtherApp_SendsItsRequest()
    {
        _firstFake.TokenResponse = FakeResponse.InvalidClient;
        await Assert.ThrowsAsync<TokenRequestException>(async () => await First.GetTokenAsync());
        await Assert.ThrowsAsync<TokenRequestException>(async () => await First.GetTokenAsync());

        await Second.GetTokenAsync();

        Assert.Single(_firstFake.TokenRequests);
        Assert.Single(_secondFake.TokenRequests);
    }

    [Fact]
    public async Task GetTokenAsync_OfOneAppsRejectedToken_KeepsTheOtherAppsToken()
    {
        AccessToken kept = await Second.GetTokenAsync();
        await First.GetTokenAsync(await First.GetTokenAsync());

        Assert.Same(kept, await Second.GetTokenAsync());
        Assert.Equal(2, _firstFake.TokenRequests.Count);
        Assert.Single(_secondFake.TokenRequests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("second")]
    public async Task Reload_OfOneAppsCredentials_DropsThatAppsTokenOnly(string changed)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings("", _firstFake).Concat(Settings("second", _secondFake))).Build();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(configuration.GetSection("app"));
            services.AddSpotifyClientCredentials("second", configuration.GetSection("appsecond"));
        });
        Dictionary<string, ClientCredentialsTokenProvider> apps = new()
        {
            [""] = services.GetRequiredService<ClientCredentialsTokenProvider>(),
            ["second"] = services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("second"),
        };
        string other = changed.Length == 0 ? "second" : "";
        AccessToken kept = await apps[other].GetTokenAsync();
        await apps[changed].GetTokenAsync();

        configuration[$"app{changed}:ClientSecret"] = "rotated";
        configuration.Reload();

        Assert.Same(kept, await apps[other].GetTokenAsync());
        Assert.Equal("invalid_client", (await Assert.ThrowsAsync<TokenRequestException>(async () => await apps[changed].GetTokenAsync())).Error);

        static IEnumerable<KeyValuePair<string, string?>> Settings(string name, FakeSpotify fake) =>
        [
            new($"app{name}:ClientId", fake.ClientId),
            new($"app{name}:ClientSecret", fake.ClientSecret),
            new($"app{name}:TokenEndpoint", fake.TokenEndpoint.AbsoluteUri),
            new($"app{name}:ApiBaseAddress", fake.ApiBaseAddress.AbsoluteUri),
        ];
    }

    [Fact]
    public void NamedApp_WithoutAnUnnamedOne_HasAKeyedProviderOnly()
    {
        using ServiceProvider services = TestContainer.Build(services => services.AddSpotifyClientCredentials("second", _secondFake.Configure));

        Assert.Null(services.GetService<ClientCredentialsTokenProvider>());
        Assert.NotNull(services.GetKeyedService<ClientCredentialsTokenProvider>("second"));
    }
}
