using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Attach.Clients;

public sealed class Http2Tests : IAsyncLifetime
{
    private FakeSpotify _fake = null!;
    private Http2Front _front = null!;
    private ServiceProvider _services = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync();
        _front = await Http2Front.StartAsync(_fake);
        _services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(options =>
            {
                _fake.Configure(options);
                options.ApiBaseAddress = _front.ApiBaseAddress;
            });
            services.AddHttpClient("api", client =>
            {
                client.DefaultRequestVersion = HttpVersion.Version20;
                client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            }).AddSpotifyBearerToken();
        });
        _client = _services.CreateClient("api");
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _front.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task Http2_OverTheHandler_CarriesTheTokenAndRetriesA401() =>
        await ClientContract.AssertAsync(_fake, async () => (await _client.GetFromJsonAsync<Track>(SpotifyApp.Track))?.Name);

    [Fact]
    public async Task Http2_WhenTokensAreRevokedDuringManyStreams_RetriesAllWithOneTokenRequest()
    {
        (await _client.GetAsync(SpotifyApp.Track)).EnsureSuccessStatusCode();
        _fake.RevokeTokens();

        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _client.GetAsync(SpotifyApp.Track))).Within();

        Assert.All(responses, response => Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version)));
        Assert.Equal(2, _fake.TokenRequests.Count);
        Assert.Single(_front.Connections);
    }
}
