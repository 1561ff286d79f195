using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class HttpClientDefaultsTests : IAsyncLifetime, IDisposable
{
    private readonly TestClock _time = new();
    private readonly RecordingLoggerProvider _logs = new();
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync(_time);

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    public void Dispose() => _logs.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BearerInDefaults_OnTheTokenClientAndOthers_DoesNotChangeTheirRequests(bool areDefaultsFirst)
    {
        await using RawServer other = new("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using ServiceProvider services = Build(areDefaultsFirst, client => client.AddSpotifyBearerToken(), services => services.AddHttpClient("other"));

        (await services.CreateClient("any").GetAsync(new Uri(_fake.ApiBaseAddress, "tracks/4cOdK2wGLETKBW3PvgPWqT"))
            .WaitAsync(Soon.HangLimit)).EnsureSuccessStatusCode();
        HttpClient otherClient = services.CreateClient("other");
        (await otherClient.GetAsync(other.Address)).EnsureSuccessStatusCode();

        Assert.StartsWith("Bearer ", Assert.Single(_fake.ApiRequests).Headers["Authorization"], StringComparison.Ordinal);
        Assert.StartsWith("Basic ", Assert.Single(_fake.TokenRequests).Headers["Authorization"], StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", Assert.Single(other.Requests), StringComparison.OrdinalIgnoreCase);
        Assert.Null(otherClient.BaseAddress);
    }

    [Fact]
    public async Task BearerInDefaults_WithoutValidSettings_FailsCallsToSpotifyOnly()
    {
        await using RawServer other = new("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_ => { });
            services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
        });
        HttpClient client = services.CreateClient("any");

        (await client.GetAsync(other.Address)).EnsureSuccessStatusCode();

        await Assert.ThrowsAsync<OptionsValidationException>(() => client.GetAsync("https://api.spotify.com/v1/tracks/1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResilienceInDefaults_WhenTheTokenEndpointIsDown_DoesNotMultiplyTokenRequests(bool areDefaultsFirst)
    {
        await using ServiceProvider services = Build(areDefaultsFirst, client => client.AddStandardResilienceHandler(), _ => { });
        _fake.TokenResponse = FakeResponse.ServiceUnavailableHtml;

        ClientCredentialsTokenProvider provider = services.GetRequiredService<ClientCredentialsTokenProvider>();
        await Assert.ThrowsAsync<TokenRequestException>(() => _logs.PassAsync(_time, () => provider.GetTokenAsync().AsTask()));

        // Within 8 seconds, there is time for the backoffs of 0.5, 1, 2 and 4 seconds, less their jitter.
        Assert.Equal(5, _fake.TokenRequests.Count);
    }

    [Fact]
    public async Task BearerInDefaults_OnTheClientOfAVaultWithTheSettings_ReadsTheVaultFirst()
    {
        await using RawServer vault = new($"HTTP/1.1 200 OK\r\nContent-Length: {_fake.ClientSecret.Length}\r\nConnection: close\r\n\r\n{_fake.ClientSecret}");
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken());
            services.AddHttpClient<Vault>(client => client.BaseAddress = vault.Address);
            services.AddSpotifyClientCredentials(_fake.Configure);
            services.AddOptions<SpotifyClientCredentialsOptions>().Configure<Vault>((options, vault) => options.ClientSecret = vault.Read());
        });

        // On a thread of its own, because a recursion would end the test run or never end.
        Task<AccessToken> getting = Task.Run(async () => await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync());
        AccessToken token = await getting.WaitAsync(Soon.HangLimit);

        Assert.NotEmpty(token.Value);
        Assert.DoesNotContain("Authorization", Assert.Single(vault.Requests), StringComparison.OrdinalIgnoreCase);
    }

    private ServiceProvider Build(bool areDefaultsFirst, Action<IHttpClientBuilder> configure, Action<IServiceCollection> register) =>
        TestContainer.Build(services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.AddLogging(logging => logging.AddProvider(_logs));
            if (areDefaultsFirst)
            {
                services.ConfigureHttpClientDefaults(configure);
            }

            services.AddSpotifyClientCredentials(_fake.Configure);
            register(services);
            if (!areDefaultsFirst)
            {
                services.ConfigureHttpClientDefaults(configure);
            }
        });

    private sealed class Vault(HttpClient client)
    {
        public string Read() => client.GetStringAsync("secret").GetAwaiter().GetResult();
    }
}
