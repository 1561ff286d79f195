using System.Net;
using System.Net.Sockets;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

internal enum Outage
{
    Unavailable,
    Refused,
    Hanging,
}

/// <summary>A FakeSpotify of one's own, and the way to it.</summary>
internal sealed class World(FakeSpotify fake) : IAsyncDisposable
{
    private volatile bool _isRefusing;
    private int _tokenRequests;

    public FakeSpotify Fake => fake;

    /// <summary>Counted at the server, and where it refuses connections at the connection.</summary>
    public int TokenRequests => Volatile.Read(ref _tokenRequests);

    public static async Task<World> CreateAsync() => new(await FakeSpotify.StartAsync());

    public ValueTask DisposeAsync() => fake.DisposeAsync();

    public void Begin(Outage outage)
    {
        _isRefusing = outage == Outage.Refused;
        fake.TokenResponse = outage switch
        {
            Outage.Unavailable => FakeResponse.ServiceUnavailableHtml,
            Outage.Hanging => FakeResponse.NoResponse,
            _ => null,
        };
    }

    public void Repair()
    {
        _isRefusing = false;
        fake.TokenResponse = null;
    }

    /// <summary>What an HttpClient for token requests stands on.</summary>
    public HttpMessageHandler TokenTransport() => new Counting(() => Interlocked.Increment(ref _tokenRequests))
    {
        InnerHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            // A connection that is kept would go on working while new ones are refused.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (context, cancellationToken) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    // Nothing listens at TCP's port 1, and the system says so at once.
                    await socket.ConnectAsync(IPAddress.Loopback, _isRefusing ? 1 : context.DnsEndPoint.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        },
    };

    /// <summary>What an HttpClient for the Web API stands on. Addresses with https are meant for http: a policy of Azure.Core takes no other.</summary>
    public static HttpMessageHandler ApiTransport() => new Downgrading { InnerHandler = new SocketsHttpHandler { UseProxy = false } };

    private sealed class Counting(Action count) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            count();
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Downgrading : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new UriBuilder(request.RequestUri!) { Scheme = Uri.UriSchemeHttp }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
