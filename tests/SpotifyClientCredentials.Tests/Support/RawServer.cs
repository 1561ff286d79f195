using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A TCP listener on loopback, for responses that no HTTP server would send. It reads one request, headers and body, and then passes the
/// connection to the test.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Func<RawConnection, Task> _response;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    /// <param name="response">Runs with the connection after its request has been read.</param>
    /// <param name="certificate">The certificate for TLS, or null for plain HTTP.</param>
    public RawServer(Func<RawConnection, Task> response, X509Certificate2? certificate = null)
    {
        _response = response;
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Sends the same bytes in response to every request, then closes the connection.</summary>
    public RawServer(string response)
        : this(connection => connection.SendAsync(response))
    {
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Each request as it was received, headers and body.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using Stream stream = await OpenAsync(client.GetStream());
                string request = await ReadRequestAsync(stream, _stop.Token);
                if (request.Length == 0)
                {
                    return; // The client closed the connection without a request, for example because it doesn't trust the certificate.
                }

                _requests.Enqueue(request);
                await _response(new RawConnection(client, stream, request, _stop.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
            {
                // The client closed the connection, or the test ended.
            }
        }
    }

    private async Task<Stream> OpenAsync(NetworkStream stream)
    {
        if (_certificate is null)
        {
            return stream;
        }

        SslStream encrypted = new(stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return encrypted;
    }

    private static async Task<string> ReadRequestAsync(Stream stream, CancellationToken cancellationToken)
    {
        StringBuilder request = new();
        byte[] buffer = new byte[4096];
        while (true)
        {
            string text = request.ToString();
            int endOfHead = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (endOfHead >= 0 && text.Length >= endOfHead + 4 + ContentLength(text[..endOfHead]))
            {
                return text;
            }

            int read = await stream.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                return text;
            }

            request.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    private static int ContentLength(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault();
}

internal sealed class RawConnection(TcpClient client, Stream stream, string request, CancellationToken stopped)
{
    private long _bytesSent;

    public string Request => request;

    /// <summary>Cancelled when the server is disposed.</summary>
    public CancellationToken Stopped => stopped;

    /// <summary>The number of bytes that were written to the socket.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes, stopped);
        Interlocked.Add(ref _bytesSent, bytes.Length);
    }

    /// <summary>Ends the connection with RST instead of FIN.</summary>
    public void Reset()
    {
        // Closing the TcpClient would first shut down its stream, which sends a FIN.
        client.Client.Close(timeout: 0);
    }

    /// <summary>Keeps the connection open until the client closes it or the server is disposed.</summary>
    public async Task KeepOpenAsync()
    {
        byte[] buffer = new byte[1];
        while (await stream.ReadAsync(buffer, stopped) > 0)
        {
        }
    }
}
