using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>Broken connections and malformed HTTP: transient failures, with .NET's exception inside if it contains no secret.</summary>
public sealed class TokenConnectionFailureTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private static readonly string Basic = TestOptions.CreateValid().BasicValue;

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 O")]
    [InlineData(Head)]
    [InlineData(Head + "Content-Length: 75\r\n\r\n")]
    [InlineData(Head + "Content-Length: 75\r\n\r\n{\"access_token\":\"BQ\"")]
    [InlineData(Head + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"access")]
    public async Task AcquireAsync_WithATruncatedResponse_IsTransientAndSaysWhy(string response)
    {
        await using RawServer server = new(response);

        TokenRequestException failure = await FailAsync(server.Address);

        Assert.True(failure.IsTransient);
        Assert.Contains("The response ended prematurely", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded });
        Assert.Null(failure.StatusCode);
        Assert.StartsWith($"The token request to {server.Address} failed: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AcquireAsync_WithATruncatedBodyOfUnknownLength_IsTransient()
    {
        await using RawServer server = new(Head + "\r\n{\"access_token\":\"BQ\"");

        TokenRequestException failure = await FailAsync(server.Address);

        Assert.Equal((HttpStatusCode.OK, true), (failure.StatusCode, failure.IsTransient));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Head + "Content-Length: 75\r\n\r\n{\"access_token\":\"BQ\"")]
    public async Task AcquireAsync_WhenTheConnectionIsReset_IsTransient(string response)
    {
        await using RawServer server = new(async connection =>
        {
            await connection.SendAsync(response);
            connection.Reset();
        });

        TokenRequestException failure = await FailAsync(server.Address);

        Assert.True(failure.IsTransient);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(failure.GetBaseException()).SocketErrorCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [ExcludedFromSecrecyRun("Its handler quotes the secret, and .NET reports it before the library can redact it.")]
    public async Task AcquireAsync_WhenAHandlersExceptionEchoesTheBasicValue_OmitsTheInnerException(bool isEcho)
    {
        using ScriptedTokenEndpoint endpoint = new();
        endpoint.Enqueue(new HttpRequestException("outer", new InvalidOperationException($"sent {(isEcho ? Basic : "nothing")}")));

        TokenRequestException failure = await ScriptedTokenEndpoint.FailureOf(endpoint.AcquireAsync());

        Assert.Equal(isEcho, failure.InnerException is null);
        Assert.DoesNotContain(Basic, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AcquireAsync_WhenNothingListensOnThePort_IsATransientConnectionError()
    {
        RawServer server = new("");
        Uri address = server.Address;
        await server.DisposeAsync();

        TokenRequestException failure = await FailAsync(address);

        Assert.Equal((true, HttpRequestError.ConnectionError), (failure.IsTransient, Assert.IsType<HttpRequestException>(failure.InnerException).HttpRequestError));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(failure.GetBaseException()).SocketErrorCode);
    }

    [Fact]
    public async Task AcquireAsync_WithAnUntrustedCertificate_NamesTheCause()
    {
        using X509Certificate2 certificate = CreateSelfSignedCertificate();
        await using RawServer server = new(connection => connection.SendAsync(""), certificate);

        TokenRequestException failure = await FailAsync(new Uri($"https://127.0.0.1:{server.Address.Port}/api/token"));

        Assert.Contains("failed: The SSL connection could not be established: The remote certificate is invalid because of errors in the certificate chain: ", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
        Assert.NotNull(failure.InnerException?.InnerException);
    }

    [Theory]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    [InlineData(Head + "Content Length 0\r\n\r\n")]
    public async Task AcquireAsync_WithMalformedHttp_IsTransientWithItsCauseInside(string response)
    {
        await using RawServer server = new(response);

        TokenRequestException failure = await FailAsync(server.Address);

        Assert.Equal((true, HttpRequestError.InvalidResponse), (failure.IsTransient, Assert.IsType<HttpRequestException>(failure.InnerException).HttpRequestError));
    }

    [Theory]
    [InlineData("Authorization: Basic {0}\r\n\r\n")]
    [InlineData(Head + "Basic {0}\r\n\r\n")]
    [ExcludedFromSecrecyRun("With an HttpClient of the application's own, .NET quotes malformed HTTP before the library sees it: see SECURITY.md.")]
    public async Task AcquireAsync_WithMalformedHttpThatEchoesTheCredentials_ShowsNoneOfIt(string response)
    {
        await using RawServer server = new(response.Replace("{0}", Basic, StringComparison.Ordinal));

        TokenRequestException failure = await FailAsync(server.Address);

        Assert.EndsWith(" failed: The response is not valid HTTP.", failure.Message, StringComparison.Ordinal);
        Assert.Null(failure.InnerException?.InnerException);
        Assert.True(failure.IsTransient);
        Assert.DoesNotContain(Basic, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AcquireAsync_WhenTheClientIsDisposed_ThrowsATokenRequestException()
    {
        HttpClient client = new();
        client.Dispose();

        TokenRequestException failure = await FailAsync(new Uri("http://127.0.0.1:9/"), client);

        Assert.IsType<ObjectDisposedException>(failure.InnerException);
    }

    private static X509Certificate2 CreateSelfSignedCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        // On some systems TLS accepts only a key that was persisted, not an ephemeral one.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }

    private static async Task<TokenRequestException> FailAsync(Uri tokenEndpoint, HttpClient? client = null)
    {
        using HttpClient own = client ?? new HttpClient(new SocketsHttpHandler { UseProxy = false });
        WatchedTimeProvider time = new();
        TokenEndpointClient source = new(() => own, time, Telemetry.Shared);
        return await Assert.ThrowsAsync<TokenRequestException>(() => source.AcquireAsync(
            new AcquisitionRequest(
                TestOptions.CreateValid(options => options.TokenEndpoint = tokenEndpoint), time.GetTimestamp()),
            CancellationToken.None).WaitAsync(Soon.HangLimit));
    }
}
