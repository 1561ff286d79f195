// Recipe: tenants
using System.Collections.Concurrent;
using SpotifyClientCredentials;
// end
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class TenantsSnippetTests
{
    [Fact]
    public async Task Tenants_OfTwoApps_HaveATokenEachAndKeepIt()
    {
        await using FakeSpotify shop = await FakeSpotify.StartAsync();
        await using FakeSpotify radio = await FakeSpotify.StartAsync();
        using SpotifyTenants tenants = new();

        for (int call = 0; call < 2; call++)
        {
            await GetTrackAsync(tenants, "shop", shop);
            await GetTrackAsync(tenants, "radio", radio);
        }

        Assert.All((FakeSpotify[])[shop, radio], fake => Assert.Equal((1, 2), (fake.TokenRequests.Count, fake.ApiRequests.Count)));
    }

    [Fact]
    public async Task Remove_OfATenant_EndsItsTokenAndNoOther()
    {
        await using FakeSpotify shop = await FakeSpotify.StartAsync();
        await using FakeSpotify radio = await FakeSpotify.StartAsync();
        using SpotifyTenants tenants = new();
        await GetTrackAsync(tenants, "radio", radio);
        using HttpClient client = tenants.CreateClient("shop", OptionsOf(shop));
        await client.GetStringAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));

        tenants.Remove("shop");

        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetStringAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative)));
        await GetTrackAsync(tenants, "radio", radio);
        await GetTrackAsync(tenants, "shop", shop);
        Assert.Equal((2, 1), (shop.TokenRequests.Count, radio.TokenRequests.Count));
    }

    private static async Task GetTrackAsync(SpotifyTenants tenants, string tenant, FakeSpotify fake)
    {
        using HttpClient client = tenants.CreateClient(tenant, OptionsOf(fake));
        Assert.Contains(ReadmeApp.TrackName, await client.GetStringAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static SpotifyClientCredentialsOptions OptionsOf(FakeSpotify fake)
    {
        SpotifyClientCredentialsOptions options = new();
        fake.Configure(options);
        return options;
    }
}

// Recipe: tenants
public sealed class SpotifyTenants : IDisposable
{
    private readonly ConcurrentDictionary<string, ClientCredentialsTokenProvider> _providers = new();
    private readonly SocketsHttpHandler _connections = new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
    };

    public HttpClient CreateClient(string tenant, SpotifyClientCredentialsOptions options)
    {
        var tokens = _providers.GetOrAdd(
            tenant, _ => new ClientCredentialsTokenProvider(new HttpClient(_connections, disposeHandler: false), options));
        var bearer = new BearerTokenHandler(tokens) { InnerHandler = _connections };
        return new HttpClient(bearer, disposeHandler: false) { BaseAddress = options.ApiBaseAddress };
    }

    public void Remove(string tenant)
    {
        if (_providers.TryRemove(tenant, out var tokens))
        {
            tokens.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (string tenant in _providers.Keys)
        {
            Remove(tenant);
        }

        _connections.Dispose();
    }
}
// end
