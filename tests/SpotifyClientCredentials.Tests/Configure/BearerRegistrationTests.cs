using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class BearerRegistrationTests : IAsyncLifetime
{
    private const string Track = "tracks/4cOdK2wGLETKBW3PvgPWqT";

    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Theory]
    [InlineData("client, client")]
    [InlineData("defaults, defaults")]
    [InlineData("defaults, client")]
    [InlineData("client, defaults")]
    [InlineData("defaults, client, client, defaults")]
    public async Task AddSpotifyBearerToken_MoreThanOnceForOneApp_AddsOneHandler(string calls)
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_fake.Configure);
            IHttpClientBuilder api = services.AddHttpClient("api", client => client.BaseAddress = _fake.ApiBaseAddress);
            foreach (string call in calls.Split(", "))
            {
                _ = call == "client"
                    ? (object)api.AddSpotifyBearerToken()
                    : services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
            }
        });

        (await services.CreateClient("api").GetAsync(Track)).EnsureSuccessStatusCode();

        Assert.Single(services.BearerHandlers("api"));
        Assert.Matches("^Bearer [^ ,]+$", Assert.Single(_fake.ApiRequests).Headers["Authorization"]);
        Assert.Single(_fake.TokenRequests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddSpotifyBearerToken_WhenDefaultsAndClientNameDifferentApps_UsesTheClientsApp(bool areDefaultsFirst)
    {
        await using FakeSpotify second = await FakeSpotify.StartAsync();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_fake.Configure);
            services.AddSpotifyClientCredentials("second", second.Configure);
            if (areDefaultsFirst)
            {
                services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
            }

            services.AddHttpClient("api").AddSpotifyBearerToken("second");
            if (!areDefaultsFirst)
            {
                services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
            }
        });

        (await services.CreateClient("api").GetAsync(Track)).EnsureSuccessStatusCode();

        Assert.Equal("second", Assert.Single(services.BearerHandlers("api")).Provider.Options.Current.AppName);
        Assert.Single(second.TokenRequests);
        Assert.Empty(_fake.TokenRequests);
    }

    [Theory]
    [InlineData(null, "second", "'(unnamed)' and 'second'")]
    [InlineData("second", null, "'second' and '(unnamed)'")]
    [InlineData("second", "third", "'second' and 'third'")]
    public void AddSpotifyBearerToken_ForTwoAppsOnOneClient_FailsWhenTheClientIsCreatedAndNamesBothAndTheRemedy(string? one, string? other, string names)
    {
        using ServiceProvider services = BuildThreeApps(services => services.AddHttpClient("api").AddSpotifyBearerToken(one).AddSpotifyBearerToken(other));

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => services.CreateClient("api"));

        Assert.Equal(
            $"AddSpotifyBearerToken was called for two Spotify apps on one HTTP client: {names}. Remove one of the calls, or add a client for each app.",
            failure.Message);
    }

    [Fact]
    public void AddSpotifyBearerToken_ForTwoAppsInDefaults_FailsWhenAnyClientIsCreated()
    {
        using ServiceProvider services = BuildThreeApps(services =>
            services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken().AddSpotifyBearerToken("second")));

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => services.CreateClient("any"));

        Assert.Contains("'(unnamed)' and 'second'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddSpotifyBearerToken_ForTwoAppsOnClientsOfTheirOwn_AddsEachToItsClient()
    {
        using ServiceProvider services = BuildThreeApps(services =>
        {
            services.AddHttpClient("one").AddSpotifyBearerToken("second").AddSpotifyBearerToken("second");
            services.AddHttpClient("other").AddSpotifyBearerToken("third");
        });

        Assert.Equal("second", Assert.Single(services.BearerHandlers("one")).Provider.Options.Current.AppName);
        Assert.Equal("third", Assert.Single(services.BearerHandlers("other")).Provider.Options.Current.AppName);
    }

    [Fact]
    public async Task AddSpotifyBearerToken_ForTwoAppsWhoseSettingsAreInvalid_FailsWithoutReadingThem()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_ => { });
            services.AddSpotifyClientCredentials("second", _ => { });
            services.AddHttpClient("api").AddSpotifyBearerToken().AddSpotifyBearerToken("second");
        });

        Assert.Throws<InvalidOperationException>(() => services.CreateClient("api"));
    }

    [Fact]
    public async Task AddSpotifyBearerToken_OnAClientAndInDefaults_AddsTheHandlerInTheClientsOrder()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_fake.Configure);
            services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
            services.AddHttpClient("api").AddHttpMessageHandler(() => new CountingHandler()).AddSpotifyBearerToken();
        });

        Assert.Equal(
            [typeof(CountingHandler), typeof(BearerTokenHandler)],
            services.Handlers("api").Select(handler => handler.GetType()).Where(type => type == typeof(CountingHandler) || type == typeof(BearerTokenHandler)));
    }

    [Theory]
    [InlineData(null, "services.AddSpotifyClientCredentials()")]
    [InlineData("second", "services.AddSpotifyClientCredentials(\"second\")")]
    public void AddSpotifyBearerToken_WithoutItsApp_FailsWhenTheClientIsCreatedAndSaysWhatToAdd(string? name, string whatToAdd)
    {
        using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials("other", _fake.Configure);
            services.AddHttpClient("api").AddSpotifyBearerToken(name);
        });

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => services.CreateClient("api"));

        Assert.Contains(whatToAdd, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddSpotifyBearerToken_InDefaultsWithoutItsApp_FailsWhenAnyClientIsCreated()
    {
        using ServiceProvider services = TestContainer.Build(services =>
            services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken()).AddHttpClient());

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => services.CreateClient("any"));

        Assert.Contains("services.AddSpotifyClientCredentials()", failure.Message, StringComparison.Ordinal);
    }

    private ServiceProvider BuildThreeApps(Action<IServiceCollection> register) => TestContainer.Build(services =>
    {
        services.AddSpotifyClientCredentials(_fake.Configure);
        services.AddSpotifyClientCredentials("second", _fake.Configure);
        services.AddSpotifyClientCredentials("third", _fake.Configure);
        register(services);
    });
}
