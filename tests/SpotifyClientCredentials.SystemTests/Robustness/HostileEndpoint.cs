using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A token endpoint that sends a hostile response until <see cref="Recover"/>, and an application that uses it over real sockets.</summary>
internal sealed class HostileEndpoint : IAsyncDisposable
{
    public const string GoodToken = "BQgoodgoodgoodgood";

    private readonly HostileResponse _hostile;
    private readonly X509Certificate2? _certificate;
    private readonly RawServer _server;
    private readonly ServiceProvider _services;
    private CountingStream? _firstConnection;
    private volatile bool _hasRecovered;
    private int _pauses;

    public HostileEndpoint(HostileResponse hostile)
    {
        _hostile = hostile;
        bool isTls = hostile.Reachability is Reachability.UntrustedCertificate or Reachability.NameNotResolved;
        _certificate = isTls ? CreateSelfSignedCertificate() : null;
        _server = new RawServer(RespondAsync, _certificate);
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        services.AddSpotifyClientCredentials(options =>
        {
            options.ClientId = TestOptions.ClientId;
            options.ClientSecret = TestOptions.ClientSecret;
            options.TokenEndpoint = hostile.Reachability == Reachability.NameNotResolved ? new Uri("https://accounts.invalid/api/token")
                : isTls ? new Uri($"https://127.0.0.1:{_server.Address.Port}/api/token")
                : new Uri(_server.Address, "api/token");
            options.TokenRequestTimeout = TimeSpan.FromSeconds(10);
        }).TokenClient.ConfigurePrimaryHttpMessageHandler((handler, _) => ConfigureHandler((SocketsHttpHandler)handler));
        _services = services.BuildServiceProvider();
    }

    public WatchedTimeProvider Clock { get; } = new();

    public RecordingLoggerProvider Log { get; } = new();

    public ClientCredentialsTokenProvider Provider => _services.GetRequiredService<ClientCredentialsTokenProvider>();

    public int Requests => _server.Requests.Count;

    /// <summary>Bytes read from the connection with the hostile response; zero if there was no connection.</summary>
    public long BytesRead => _firstConnection?.BytesRead ?? 0;

    /// <summary>How often the hostile response has waited for the clock.</summary>
    public int Pauses => Volatile.Read(ref _pauses);

    /// <summary>Makes every later response a token.</summary>
    public void Recover() => _hasRecovered = true;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
        _certificate?.Dispose();
        Log.Dispose();
    }

    private Task RespondAsync(RawConnection connection) => _hasRecovered
        ? connection.SendAsync(HttpResponses.Token(GoodToken))
        : _hostile.Response(new HostileConnection(connection, Clock, () => Interlocked.Increment(ref _pauses)));

    // The library's own handler, so that what it allows and what it reads is part of the table.
    private void ConfigureHandler(SocketsHttpHandler handler)
    {
        handler.UseProxy = false;
        handler.ConnectCallback = ConnectAsync;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) => _hasRecovered || errors == System.Net.Security.SslPolicyErrors.None;
        handler.PlaintextStreamFilter = (context, _) =>
        {
            CountingStream counting = new(context.PlaintextStream);
            Interlocked.CompareExchange(ref _firstConnection, counting, null);
            return ValueTask.FromResult<Stream>(counting);
        };
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndPoint server = new IPEndPoint(IPAddress.Loopback, _server.Address.Port);
            EndPoint target = _hasRecovered ? server : _hostile.Reachability switch
            {
                Reachability.ConnectionRefused => GetUnusedEndPoint(),
                Reachability.NameNotResolved => context.DnsEndPoint,
                _ => server,
            };
            await socket.ConnectAsync(target, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static EndPoint GetUnusedEndPoint()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        EndPoint address = listener.LocalEndpoint;
        listener.Stop();
        return address;
    }

    private static X509Certificate2 CreateSelfSignedCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        // On some systems TLS accepts only a key that was persisted, not an ephemeral one.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
