using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B30]: the counter of lookups in the shared store, by outcome.</summary>
public sealed class StoreLookupsTests : IAsyncLifetime
{
    private const string Lookups = "spotify_client_credentials.store.lookups";

    private readonly ScriptedStore _store = new(TimeProvider.System);
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public async Task Lookups_OfTwoInstances_AreAMissAndAHit()
    {
        Assert.Equal(["miss"], await GetTokenAsync(app => app.ShareToken(options => options.Cache = _store)));
        Assert.Equal(["hit"], await GetTokenAsync(app => app.ShareToken(options => options.Cache = _store)));

        Assert.Single(_fake.TokenRequests);
    }

    [Fact]
    public async Task Lookups_InAStoreThatIsDown_AreErrors()
    {
        _store.OnGet = _ => throw new IOException("The store is down.");

        Assert.Equal(["error"], await GetTokenAsync(app => app.ShareToken(options => options.Cache = _store)));
    }

    [Fact]
    public async Task Lookups_OfANamedApp_HaveItsName()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
            services.AddSpotifyClientCredentials("shop", _fake.Configure).ShareToken(options => options.Cache = _store));
        using Measurements measurements = new(services.GetRequiredService<IMeterFactory>());

        await services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("shop").GetTokenAsync();

        Assert.Equal(["shop"], measurements.Of(Lookups, "spotify_client_credentials.app"));
    }

    [Fact]
    public async Task Lookups_WithoutAStore_AreNone() => Assert.Empty(await GetTokenAsync(_ => { }));

    [Fact]
    public async Task GetTokenAsync_WithAListenerThatThrows_ReturnsTheToken()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
            services.AddSpotifyClientCredentials(_fake.Configure).ShareToken(options => options.Cache = _store));
        using ThrowingListener listener = new(ThrowingListener.Measurement, services.GetRequiredService<IMeterFactory>());

        Assert.NotEmpty((await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync()).Value);

        await Soon.UntilAsync(() => listener.Thrown == 2); // a lookup and a request
        Assert.Single(_fake.TokenRequests);
    }

    /// <returns>The outcomes of the lookups of a new instance that gets a token.</returns>
    private async Task<object?[]> GetTokenAsync(Action<SpotifyClientCredentialsBuilder> configure)
    {
        await using ServiceProvider services = TestContainer.Build(services => configure(services.AddSpotifyClientCredentials(_fake.Configure)));
        using Measurements measurements = new(services.GetRequiredService<IMeterFactory>());

        await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        // Callers get a new token before it's stored, and an instance that is disposed stores nothing.
        await Soon.UntilAsync(() => _store.Keys.Count == 1 || !measurements.Of(Lookups).Any());
        return [.. measurements.Of(Lookups, "spotify_client_credentials.store.outcome")];
    }
}
