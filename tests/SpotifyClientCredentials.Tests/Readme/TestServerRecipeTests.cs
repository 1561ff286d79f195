using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>The environment variables for a test server in a container network, where the name of a container stands in for the host.</summary>
public sealed class TestServerRecipeTests
{
    private const string Heading = "## A test server without https";

    [Fact]
    public async Task Variables_OfTheRecipe_ReachAServerByHttp()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using ServiceProvider services = Build(Variables(), fake);

        string track = await services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify").GetStringAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));

        Assert.Contains(ReadmeApp.TrackName, track, StringComparison.Ordinal);
        Assert.Single(fake.TokenRequests);
    }

    [Fact]
    public async Task Variables_WithoutTheOptIn_AreRejected()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        Dictionary<string, string?> variables = Variables();
        Assert.True(variables.Remove("Spotify:RequireHttps"));
        await using ServiceProvider services = Build(variables, fake);

        await Assert.ThrowsAsync<OptionsValidationException>(() => services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask());

        Assert.Empty(fake.TokenRequests);
    }

    private static Dictionary<string, string?> Variables()
    {
        string text = MarkdownFile.Samples.Text;
        string code = Regex.Match(text[text.IndexOf(Heading, StringComparison.Ordinal)..], "```sh\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        return code.Trim().Split('\n').Select(line => line.Split('=', 2))
            .ToDictionary(parts => parts[0].Replace("__", ":", StringComparison.Ordinal), parts => (string?)parts[1]);
    }

    private static ServiceProvider Build(Dictionary<string, string?> variables, FakeSpotify fake) => TestContainer.Build(services =>
    {
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(variables)
            .AddInMemoryCollection([new("Spotify:ClientId", fake.ClientId), new("Spotify:ClientSecret", fake.ClientSecret)])
            .Build());
        services.AddSpotifyClientCredentials();
        services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                Assert.Equal("spotify-fake", context.DnsEndPoint.Host);
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(fake.TokenEndpoint.Host, fake.TokenEndpoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }));
        services.AddHttpClient("spotify").AddSpotifyBearerToken();
    });
}
