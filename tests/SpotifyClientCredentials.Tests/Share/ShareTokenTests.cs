using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>How sharing is registered, and the messages for what is missing or invalid.</summary>
public sealed class ShareTokenTests : IAsyncLifetime, IDisposable
{
    private const string MissingCache =
        "TokenSharingOptions.Cache is missing, and no IDistributedCache is registered, so that ShareToken() has no store. Add one that all "
        + "instances can reach, for example services.AddStackExchangeRedisCache(…), or services.AddDistributedMemoryCache() for one process.";

    private readonly ScriptedStore _store = new(TimeProvider.System);
    private readonly RecordingLoggerProvider _logs = new();
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task ShareToken_WithARegisteredCache_UsesIt()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton<IDistributedCache>(_store);
            services.AddSpotifyClientCredentials(_fake.Configure).ShareToken();
        });

        await ProviderOf(services).GetTokenAsync();

        Assert.Equal("get", _store.Calls[0]);
    }

    [Fact]
    public async Task ShareToken_WithACacheInItsOptions_UsesThatOneOnly()
    {
        ScriptedStore registered = new(TimeProvider.System);
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton<IDistributedCache>(registered);
            services.AddSpotifyClientCredentials(_fake.Configure).ShareToken(options => options.Cache = _store);
        });

        await ProviderOf(services).GetTokenAsync();

        Assert.Equal("get", _store.Calls[0]);
        Assert.Empty(registered.Calls);
    }

    [Fact]
    public async Task ShareToken_ConfiguredFromOtherServices_UsesThem()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddKeyedSingleton<IDistributedCache>("tokens", _store);
            services.AddSpotifyClientCredentials("radio", _fake.Configure).ShareToken();
            services.AddOptions<TokenSharingOptions>("radio").Configure<IServiceProvider>(
                (options, provider) => options.Cache = provider.GetRequiredKeyedService<IDistributedCache>("tokens"));
        });

        await services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("radio").GetTokenAsync();

        Assert.Equal("get", _store.Calls[0]);
    }

    [Fact]
    public async Task ShareToken_Twice_KeepsOneRegistrationAndTheSettingsOfBoth()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            SpotifyClientCredentialsBuilder app = services.AddSpotifyClientCredentials(_fake.Configure);
            Assert.Same(app, app.ShareToken(options => options.Cache = _store));
            services.AddSpotifyClientCredentials().ShareToken(options => options.StoreTimeout = TimeSpan.Zero);
        });

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.StartsWith("TokenSharingOptions.StoreTimeout is 00:00:00.", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void ShareToken_Twice_RegistersNoCacheAndNothingTwice()
    {
        ServiceCollection services = new();
        SpotifyClientCredentialsBuilder app = services.AddSpotifyClientCredentials().ShareToken();
        int registered = services.Count;

        app.ShareToken();

        Assert.Equal(registered, services.Count);
        Assert.DoesNotContain(services, service => service.ServiceType == typeof(IDistributedCache) || service.ServiceType == typeof(IMemoryCache));
    }

    [Fact]
    public async Task HostStart_WithoutACache_FailsAndSaysWhatToAdd()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddSpotifyClientCredentials(_fake.Configure).ShareToken();
        using IHost host = builder.Build();

        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(MissingCache, failure.Message);
    }

    [Fact]
    public async Task GetTokenAsync_WithoutAHostAndWithoutACache_FailsEachTimeAndSaysWhatToAdd()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_fake.Configure).ShareToken();
            services.AddHttpClient("api").AddSpotifyBearerToken();
        });

        for (int call = 0; call < 2; call++)
        {
            Assert.Equal(MissingCache, Assert.Throws<OptionsValidationException>(() => ProviderOf(services).GetTokenAsync().AsTask().GetAwaiter().GetResult()).Message);
            Assert.Equal(MissingCache, Assert.Throws<OptionsValidationException>(() => services.CreateClient("api")).Message);
        }

        Assert.Empty(_fake.TokenRequests);
    }

    [Fact]
    public void StartupValidation_OfANamedAppWithInvalidSharing_NamesTheAppAndAllFailures()
    {
        using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials("shop", _fake.Configure).ShareToken(options => options.StoreTimeout = TimeSpan.FromDays(300));
            // These two don't share their token, so they need no store.
            services.AddSpotifyClientCredentials(_fake.Configure);
            services.AddSpotifyClientCredentials("radio", _fake.Configure);
        });

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(("shop", typeof(SpotifyClientCredentialsOptions)), (failure.OptionsName, failure.OptionsType));
        Assert.Equal<string>(
            [
                MissingCache.Replace(".Cache is", ".Cache of the app \"shop\" is", StringComparison.Ordinal),
                "TokenSharingOptions.StoreTimeout of the app \"shop\" is 300.00:00:00. Set it to a time of more than zero and at most one hour, "
                    + "written as hours:minutes:seconds (\"00:05:00\"); a plain number such as \"300\" is read as days.",
            ],
            failure.Failures);
    }

    [Theory]
    [InlineData("00:00:00", false)]
    [InlineData("-00:00:01", false)]
    [InlineData("00:00:00.0000001", true)]
    [InlineData("01:00:00", true)]
    [InlineData("01:00:00.0000001", false)]
    public void StoreTimeout_OfAnyValue_IsValidAboveZeroAndUpToAnHour(string value, bool isValid)
    {
        TimeSpan storeTimeout = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        SpotifyClientCredentialsOptions options = TestOptions.Create(options => options.Sharing = new TokenSharingOptions { Cache = _store, StoreTimeout = storeTimeout });

        Assert.Equal(isValid, new SharingValidator("").Validate("", options).Succeeded);
    }

    [Fact]
    public async Task ShareToken_OfTwoAppsInOneCache_StoresAnEntryForEach()
    {
        await using FakeSpotify second = await FakeSpotify.StartAsync();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton<IDistributedCache>(_store);
            services.AddSpotifyClientCredentials(_fake.Configure).ShareToken();
            services.AddSpotifyClientCredentials("second", second.Configure).ShareToken();
        });

        await ProviderOf(services).GetTokenAsync();
        await services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("second").GetTokenAsync();

        await Soon.UntilAsync(() => _store.Keys.Count == 2);
        Assert.Equal((1, 1), (_fake.TokenRequests.Count, second.TokenRequests.Count));
    }

    [Fact]
    public async Task GetTokenAsync_OfAnAppThatDoesNotShare_DoesNotCallTheRegisteredCache()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton<IDistributedCache>(_store);
            services.AddSpotifyClientCredentials(_fake.Configure);
            services.AddSpotifyClientCredentials("second", _fake.Configure).ShareToken();
        });

        await ProviderOf(services).GetTokenAsync();

        Assert.Empty(_store.Calls);
    }

    [Fact]
    public async Task GetTokenAsync_WithACacheThatCreatesAClientWithTheBearer_UsesTheCache()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
            services.AddSingleton<IDistributedCache>(provider =>
            {
                _ = provider.CreateClient("store");
                return _store;
            });
            services.AddSpotifyClientCredentials(_fake.Configure).ShareToken();
        });

        await ProviderOf(services).GetTokenAsync();

        Assert.Equal("get", _store.Calls[0]);
    }

    [Fact]
    public async Task Reload_OfChangedSharing_UsesIt()
    {
        ScriptedStore other = new(TimeProvider.System);
        IConfigurationRoot configuration = Configuration();
        await using ServiceProvider services = BuildReloadable(configuration, (options, settings) => options.Cache = settings["Sharing:Store"] == "other" ? other : _store);
        AccessToken token = await ProviderOf(services).GetTokenAsync();

        configuration["Sharing:Store"] = "other";
        configuration.Reload();
        await ProviderOf(services).GetTokenAsync(token);

        Assert.Equal("get", other.Calls[0]);
        Assert.Single(_store.Calls, call => call == "get");
    }

    [Fact]
    public async Task Reload_OfInvalidSharing_IsLoggedAndKeepsTheLastValidOptions()
    {
        IConfigurationRoot configuration = Configuration();
        await using ServiceProvider services = BuildReloadable(configuration, (options, settings) => options.Cache = settings["Sharing:Store"] == "none" ? null : _store);
        AccessToken token = await ProviderOf(services).GetTokenAsync();

        configuration["Sharing:Store"] = "none";
        configuration.Reload();

        Assert.Equal(
            $"The changed settings of app '(unnamed)' are invalid; the last valid ones stay in use: {MissingCache}",
            Assert.Single(_logs.Events(8)).Message);
        Assert.Same(token, await ProviderOf(services).GetTokenAsync());
        Assert.NotSame(token, await ProviderOf(services).GetTokenAsync(token));
        Assert.Equal(2, _store.Calls.Count(call => call == "get"));
    }

    private IConfigurationRoot Configuration() => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Spotify:ClientId"] = _fake.ClientId,
        ["Spotify:ClientSecret"] = _fake.ClientSecret,
        ["Spotify:TokenEndpoint"] = _fake.TokenEndpoint.AbsoluteUri,
    }).Build();

    private ServiceProvider BuildReloadable(IConfiguration configuration, Action<TokenSharingOptions, IConfiguration> configure) => TestContainer.Build(services =>
    {
        services.AddLogging(logging => logging.AddProvider(_logs));
        services.AddSingleton(configuration);
        services.AddSpotifyClientCredentials().ShareToken();
        services.AddOptions<TokenSharingOptions>().Configure(configure);
    });

    private static ClientCredentialsTokenProvider ProviderOf(IServiceProvider services) => services.GetRequiredService<ClientCredentialsTokenProvider>();
}
