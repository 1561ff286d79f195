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

/// <summary>The FakeSpotify of one run, and the way to it.</summary>
internal sealed class World(FakeSpotify fake, Contender contender) : IAsyncDisposable
{
    private volatile bool _isRefusing;
    private int _tokenRequests;

    public FakeSpotify Fake => fake;

    /// <summary>The number of token requests, including those whose connection is refused.</summary>
    public int TokenRequests => Volatile.Read(ref _tokenRequests);

    public Contender Contender => contender;

    public Access Access => new(fake.TokenEndpoint, fake.ApiBaseAddress, fake.ClientId, fake.ClientSecret, TokenTransport);

    public static async Task<World> CreateAsync(Contender contender) => new(await FakeSpotify.StartAsync(), contender);

    public ValueTask DisposeAsync() => fake.DisposeAsync();

    public void BeginOutage(Outage outage)
    {
        _isRefusing = outage == Outage.Refused;
        fake.TokenResponse = outage switch
        {
            Outage.Unavailable => FakeResponse.ServiceUnavailableHtml,
            Outage.Hanging => FakeResponse.NoResponse,
            _ => null,
        };
    }

    public void EndOutage()
    {
        _isRefusing = false;
        fake.TokenResponse = null;
    }

    private Counting TokenTransport() => new(() => Interlocked.Increment(ref _tokenRequests))
    {
        InnerHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            // A pooled connection would keep working while new ones are refused.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (context, cancellationToken) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    // Nothing listens on TCP port 1, so the system refuses the connection at once.
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

    private sealed class Counting(Action count) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            count();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
