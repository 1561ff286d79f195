using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class ProviderConstructorTests
{
    [Fact]
    public async Task Constructor_WithOptionsThatChangeLater_UsesACopy()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        SpotifyClientCredentialsOptions options = new();
        fake.Configure(options);
        using HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
        using ClientCredentialsTokenProvider provider = new(client, options);

        (options.ClientId, options.ClientSecret, options.TokenEndpoint) = ("", "", new Uri("https://elsewhere.example/"));
        await provider.GetTokenAsync();

        Assert.Equal(FakeSpotifyClient.Basic(fake.ClientId, fake.ClientSecret), Assert.Single(fake.TokenRequests).Headers["Authorization"]);
    }

    [Fact]
    public void Constructor_WithInvalidOptions_Throws()
    {
        using HttpClient client = new();

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(
            () => new ClientCredentialsTokenProvider(client, TestOptions.Create(options => options.ClientSecret = "")));

        Assert.StartsWith("SpotifyClientCredentialsOptions.ClientSecret is missing.", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WithoutClientOrOptions_NamesTheArgument()
    {
        using HttpClient client = new();

        Assert.Throws<ArgumentNullException>("httpClient", () => new ClientCredentialsTokenProvider(null!, TestOptions.Create()));
        Assert.Throws<ArgumentNullException>("options", () => new ClientCredentialsTokenProvider(client, null!));
    }
}
