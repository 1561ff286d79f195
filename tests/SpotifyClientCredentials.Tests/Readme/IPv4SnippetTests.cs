using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

public sealed class IPv4SnippetTests
{
    [Fact]
    public async Task IPv4_OnBothClients_Works()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        using IHost host = BuildHost(fake);
        using HttpClient spotify = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");

        string track = await spotify.GetStringAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));

        Assert.Contains(ReadmeApp.TrackName, track, StringComparison.Ordinal);
    }

    /// <summary>Nothing accepts the connections, but they would be pending.</summary>
    [Fact]
    public async Task IPv4_ToAnAddressOfIPv6_DoesNotConnect()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        using TcpListener listener = new(IPAddress.IPv6Loopback, port: 0);
        listener.Start();
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        string address = $"http://[::1]:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        using IHost host = BuildHost(fake, $"--Spotify:TokenEndpoint={address}", "--Spotify:TokenRequestTimeout=00:00:00.1");
        using HttpClient spotify = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");

        await Assert.ThrowsAsync<TokenRequestException>(() => host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync().AsTask());
        await Assert.ThrowsAsync<HttpRequestException>(() => spotify.GetStringAsync(new Uri(address)));
        Assert.False(listener.Pending());

        using HttpClient other = new();
        Task<string> connecting = other.GetStringAsync(new Uri(address));
        await Soon.UntilAsync(listener.Pending);
        other.CancelPendingRequests();
        await Assert.ThrowsAsync<TaskCanceledException>(() => connecting);
    }

    private static IHost BuildHost(FakeSpotify fake, params string[] args)
    {
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder([.. fake.ToArguments(), .. args]);

        // Recipe: IPv4
        builder.Services.AddSpotifyClientCredentials().TokenClient.ConfigurePrimaryHttpMessageHandler(CreateIPv4Handler);
        builder.Services.AddHttpClient("spotify").AddSpotifyBearerToken().ConfigurePrimaryHttpMessageHandler(CreateIPv4Handler);

        static SocketsHttpHandler CreateIPv4Handler() => new() { AllowAutoRedirect = false, UseCookies = false, ConnectCallback = ConnectAsync };

        static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        // end

        return builder.Build();
    }
}
