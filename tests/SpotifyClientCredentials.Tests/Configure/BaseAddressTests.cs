using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class BaseAddressTests
{
    private static readonly Uri Own = new("https://own.example/base/");

    [Fact]
    public void AddSpotifyBearerToken_OnAClientWithoutABaseAddress_SetsTheApis() =>
        Assert.Equal(new Uri("https://api.spotify.com/v1/"), BaseAddress(services => services.AddHttpClient("api").AddSpotifyBearerToken()));

    [Fact]
    public void AddSpotifyBearerToken_AfterTheClientsOwnBaseAddress_KeepsTheClients() => Assert.Equal(
        Own, BaseAddress(services => services.AddHttpClient("api", client => client.BaseAddress = Own).AddSpotifyBearerToken()));

    [Fact]
    public void AddSpotifyBearerToken_BeforeTheClientsOwnBaseAddress_KeepsTheClients() => Assert.Equal(
        Own, BaseAddress(services => services.AddHttpClient("api").AddSpotifyBearerToken().ConfigureHttpClient(client => client.BaseAddress = Own)));

    [Fact]
    public void AddSpotifyBearerToken_InDefaults_SetsNoBaseAddress() =>
        Assert.Null(BaseAddress(services => services.ConfigureHttpClientDefaults(client => client.AddSpotifyBearerToken()).AddHttpClient("api")));

    [Theory]
    [InlineData("https://api.example/v1")]
    [InlineData("https://api.example/v1/")]
    [InlineData("https://api.example")]
    public void AddSpotifyBearerToken_WithAnyApiBaseAddress_SetsOneThatEndsInASlash(string address)
    {
        Uri? baseAddress = BaseAddress(
            services => services.AddHttpClient("api").AddSpotifyBearerToken(), options => options.ApiBaseAddress = new Uri(address));

        Assert.Equal(address.TrimEnd('/') + "/", baseAddress?.AbsoluteUri);
    }

    private static Uri? BaseAddress(Action<IServiceCollection> addClient, Action<SpotifyClientCredentialsOptions>? configure = null)
    {
        using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(options =>
            {
                options.ClientId = TestOptions.ClientId;
                options.ClientSecret = TestOptions.ClientSecret;
                configure?.Invoke(options);
            });
            addClient(services);
        });
        return services.CreateClient("api").BaseAddress;
    }
}
