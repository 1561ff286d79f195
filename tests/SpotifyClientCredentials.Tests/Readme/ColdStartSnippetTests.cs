using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

/// <summary>A function that starts while another one's token is in a store, to which it takes five seconds to connect.</summary>
public sealed class ColdStartSnippetTests : IAsyncLifetime
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    private readonly TestClock _clock = new();
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync(_clock);

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public async Task ColdStart_WithTheRecipe_WaitsForTheStore()
    {
        await StartSlowlyAsync(services =>
        {
            // Recipe: cold start
            services.AddSpotifyClientCredentials().ShareToken(options => options.StoreTimeout = TimeSpan.FromSeconds(9));
            services.Configure<SpotifyClientCredentialsOptions>(options => options.TokenRequestTimeout = TimeSpan.FromSeconds(20));
            // end
        });

        Assert.Single(_fake.TokenRequests);
    }

    /// <summary>The reason for the recipe.</summary>
    [Fact]
    public async Task ColdStart_WithTheDefaults_RequestsATokenOfItsOwn()
    {
        await StartSlowlyAsync(services => services.AddSpotifyClientCredentials().ShareToken());

        Assert.Equal(2, _fake.TokenRequests.Count);
    }

    private async Task StartSlowlyAsync(Action<IServiceCollection> addApp)
    {
        ScriptedStore store = new(_clock);
        using (IHost first = Build(services => services.AddSpotifyClientCredentials().ShareToken()))
        {
            await TokenOf(first).Within();
            await Soon.UntilAsync(() => store.Keys.Count == 1);
        }

        byte[] entry = store.Entry;
        store.OnGet = async cancellationToken =>
        {
            await Task.Delay(ConnectTime, _clock, cancellationToken);
            return entry;
        };
        using IHost second = Build(addApp);
        Task<AccessToken> getting = TokenOf(second);
        await Soon.UntilAsync(() => _clock.TimersSetFor(ConnectTime) == 1);
        _clock.Advance(ConnectTime);
        await getting.Within();

        IHost Build(Action<IServiceCollection> add)
        {
            HostApplicationBuilder builder = ReadmeApp.CreateBuilder(_fake.ToArguments());
            builder.Services.AddSingleton<TimeProvider>(_clock).AddSingleton<IDistributedCache>(store);
            add(builder.Services);
            return builder.Build();
        }
    }

    private static Task<AccessToken> TokenOf(IHost host) => host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask();
}
