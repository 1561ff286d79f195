using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>How sharing is registered, and what is said where that cannot work.</summary>
public sealed class ShareTokenTests : IAsyncLifetime
{
    private const string MissingCache =
        "TokenSharingOptions.Cache is missing, and no IDistributedCache is registered, so that ShareToken() has no store. Add one that all "
        + "instances reach, services.AddStackExchangeRedisCache(…) for example; services.AddDistributedMemoryCache() does for one process.";

    private readonly ScriptedStore _store = new(TimeProvider.System);
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public async Task ShareToken_WithARegisteredCache_UsesThat()
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
    public async Task ShareToken_WithACacheOfItsOwn_UsesThatAndNotTheRegistered()
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
    public async Task ShareToken_ConfiguredFromOtherServices_SeesThem()
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
    public void ShareToken_Itself_RegistersNoCacheAndNothingTwice()
    {
        ServiceCollection services = new();
        SpotifyClientCredentialsBuilder app = services.AddSpotifyClientCredentials().ShareToken();
        int registered = services.Count;

        app.ShareToken();

        Assert.Equal(registered, services.Count);
        Assert.DoesNotContain(services, service => service.ServiceType == typeof(IDistributedCache) || service.ServiceType == typeof(IMemoryCache));
    }

    [Fact]
    public async Task Host_WithoutACache_FailsAtStartAndSaysWhatToAdd()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddSpotifyClientCredentials(_fake.Configure).ShareToken();
        using IHost host = builder.Build();

        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(MissingCache, failure.Message);
    }

    [Fact]
    public async Task GetTokenAsync_WithoutAHostAndACache_FailsEachTimeAndSaysWhatToAdd()
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
    public void GetRequiredService_OfTheOptionsOfANamedAppWithEverythingWrong_NamesItAndAllThatIsWrong()
    {
        using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials("shop", _fake.Configure).ShareToken(options => options.StoreTimeout = TimeSpan.FromDays(300));
            // Neither shares its token, and so needs nothing.
            services.AddSpotifyClientCredentials(_fake.Configure);
            services.AddSpotifyClientCredentials("radio", _fake.Configure);
        });

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            [
                MissingCache.Replace(".Cache is", ".Cache of the app \"shop\" is", StringComparison.Ordinal),
                "TokenSharingOptions.StoreTimeout of the app \"shop\" is 300.00:00:00. Set it to a time above zero and of at most one hour, "
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
    public void StoreTimeout_ByItsValue_IsValidAboveZeroAndUpToAnHour(string value, bool isValid)
    {
        TokenSharingOptions options = new() { Cache = _store, StoreTimeout = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture) };

        Assert.Equal(isValid, new TokenSharingOptionsValidator("").Validate("", options).Succeeded);
    }

    [Fact]
    public async Task TwoApps_OverOneCache_HaveAnEntryEach()
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
    public async Task App_ThatDoesNotShare_LeavesTheRegisteredCacheAlone()
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
    public async Task Cache_ThatCallsThroughAClientWithTheToken_IsMadeAllTheSame()
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
    public async Task Reload_OfInvalidSharing_LeavesTheLastValidInUse()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Spotify:ClientId"] = _fake.ClientId,
            ["Spotify:ClientSecret"] = _fake.ClientSecret,
            ["Spotify:TokenEndpoint"] = _fake.TokenEndpoint.AbsoluteUri,
            ["Sharing:StoreTimeout"] = "00:00:01",
        }).Build();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton<IConfiguration>(configuration);
            services.AddSpotifyClientCredentials().ShareToken(options => options.Cache = _store);
            services.AddOptions<TokenSharingOptions>().Configure<IConfiguration>(
                (options, settings) => options.StoreTimeout = TimeSpan.Parse(settings["Sharing:StoreTimeout"]!, System.Globalization.CultureInfo.InvariantCulture));
            services.AddSingleton<IOptionsChangeTokenSource<TokenSharingOptions>>(new ConfigurationChangeTokenSource<TokenSharingOptions>(configuration));
        });
        AccessToken token = await ProviderOf(services).GetTokenAsync();

        configuration["Sharing:StoreTimeout"] = "00:00:00";
        // .NET's own monitor throws to whoever reloads.
        Assert.Throws<AggregateException>(configuration.Reload);

        Assert.Same(token, await ProviderOf(services).GetTokenAsync());
        ProviderOf(services).Invalidate(token);
        Assert.NotSame(token, await ProviderOf(services).GetTokenAsync());
    }

    private static ClientCredentialsTokenProvider ProviderOf(IServiceProvider services) => services.GetRequiredService<ClientCredentialsTokenProvider>();
}
