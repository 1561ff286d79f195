using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>How much of a response is read, and in which content encoding.</summary>
public sealed class TokenResponseBodyTests
{
    private const long Endless = 200_000_000;

    [Theory]
    [InlineData("Content-Length: 200000000\r\n", "", "")]
    [InlineData("Transfer-Encoding: chunked\r\n", "8000\r\n", "\r\n")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "8000\r\n", "\r\n")]
    [InlineData("Connection: close\r\n", "", "")]
    public async Task AcquireAsync_WithAResponseOf200MB_ReadsAbout64KiBAndClosesTheConnection(string framing, string beforeChunk, string afterChunk)
    {
        byte[] chunk = [.. Encoding.ASCII.GetBytes(beforeChunk), .. Enumerable.Repeat((byte)' ', 0x8000), .. Encoding.ASCII.GetBytes(afterChunk)];
        TaskCompletionSource<long> sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawServer server = new(async connection =>
        {
            try
            {
                await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{framing}\r\n");
                while (connection.BytesSent < Endless)
                {
                    await connection.SendAsync(chunk);
                }
            }
            finally
            {
                sent.TrySetResult(connection.BytesSent);
            }
        });
        CountingStream? connection = null;
        await using ServiceProvider container = Container(server, handler => handler.PlaintextStreamFilter =
            (context, _) => ValueTask.FromResult<Stream>(connection = new CountingStream(context.PlaintextStream)));

        TokenRequestException failure = await FailAsync(container);

        Assert.EndsWith("returned 200 with more than 65536 bytes of application/json, which are not an OAuth response.", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
        await connection!.Closed.WaitAsync(Soon.HangLimit);
        // The rest is the headers, the framing of chunks and one buffer that was read ahead.
        Assert.InRange(connection.BytesRead, 64 * 1024, 80 * 1024);
        // The server can send more, into the buffers of the operating system.
        Assert.InRange(await sent.Task.WaitAsync(Soon.HangLimit), 64 * 1024, Endless / 4);
    }

    [Fact]
    public async Task GetTokenAsync_WithATokenOf60KBInChunks_ReturnsThatToken()
    {
        string token = new('t', 60 * 1024);
        string json = $$"""{"access_token":"{{token}}","token_type":"bearer","expires_in":3600}""";
        StringBuilder chunks = new("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        foreach (char[] part in json.Chunk(1000))
        {
            chunks.Append(part.Length.ToString("x", CultureInfo.InvariantCulture)).Append("\r\n").Append(part).Append("\r\n");
        }

        await using RawServer server = new(chunks.Append("0\r\n\r\n").ToString());
        await using ServiceProvider container = Container(server);

        Assert.Equal(token, (await container.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync()).Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(200_000_000)]
    public async Task GetTokenAsync_WithChunksAndAWrongContentLength_ReadsTheChunks(int contentLength)
    {
        string chunk = $"{Responses.Good.Length:x}\r\n{Responses.Good}\r\n0\r\n\r\n";
        await using RawServer server = new(
            $"HTTP/1.1 200 OK\r\nContent-Length: {contentLength}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunk}");
        await using ServiceProvider container = Container(server);

        Assert.Equal("NgCXRKc-MzYjw", (await container.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync()).Value);
    }

    // The part after the limit is white space, so the truncated body would be valid JSON.
    [Theory]
    [InlineData(65535)]
    [InlineData(65536)]
    public async Task AcquireAsync_WithTooManyBytesAndAContentLengthAtTheLimit_RefusesTheResponse(int contentLength)
    {
        string body = Responses.Good.PadRight(70_000);
        await using RawServer server = new(
            $"HTTP/1.1 200 OK\r\nContent-Length: {contentLength}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
        await using ServiceProvider container = Container(server);

        Assert.Contains("more than 65536 bytes", (await FailAsync(container)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AcquireAsync_WithUnrequestedGzip_RefusesTheResponse()
    {
        byte[] body = Gzip(Responses.Good);
        await using RawServer server = new(async connection =>
        {
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
            await connection.SendAsync(body);
        });
        await using ServiceProvider container = Container(server);

        TokenRequestException failure = await FailAsync(container);

        Assert.EndsWith("returned 200 with content encoding gzip, which the request doesn't accept.", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
        Assert.DoesNotContain("Accept-Encoding", Assert.Single(server.Requests), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("identity, br", "br")]
    [InlineData("x-odd", "x-odd")]
    [InlineData("not a token", "not a token")]
    [InlineData("identity\r\nContent-Encoding: deflate", "deflate")]
    public async Task AcquireAsync_WithAnyContentEncoding_RefusesTheResponse(string contentEncoding, string named)
    {
        await using RawServer server = new(HttpResponses.Token(headers: $"Content-Encoding: {contentEncoding}\r\n"));
        await using ServiceProvider container = Container(server);

        Assert.Contains($"content encoding {named}, which", (await FailAsync(container)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("Identity, identity")]
    [InlineData("")]
    public async Task GetTokenAsync_WithAnIdentityOrEmptyContentEncoding_ReadsTheResponse(string contentEncoding)
    {
        await using RawServer server = new(HttpResponses.Token("BQplain", $"Content-Encoding: {contentEncoding}\r\n"));
        await using ServiceProvider container = Container(server);

        Assert.Equal("BQplain", (await container.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync()).Value);
    }

    private static ServiceProvider Container(RawServer server, Action<SocketsHttpHandler>? configureHandler = null)
    {
        ServiceCollection services = new();
        IHttpClientBuilder client = services.AddSpotifyClientCredentials(options =>
        {
            options.ClientId = TestOptions.ClientId;
            options.ClientSecret = TestOptions.ClientSecret;
            options.TokenEndpoint = server.Address;
            options.TokenRequestTimeout = TimeSpan.FromHours(1);
        }).TokenClient;
        if (configureHandler is not null)
        {
            client.ConfigurePrimaryHttpMessageHandler((handler, _) => configureHandler((SocketsHttpHandler)handler));
        }

        return services.BuildStrictly();
    }

    // One request: most of these failures are transient, and a caller would wait for the next one.
    private static Task<TokenRequestException> FailAsync(ServiceProvider container) => Assert.ThrowsAsync<TokenRequestException>(() =>
        new TokenEndpointClient(() => container.CreateClient(nameof(SpotifyClientCredentials)), TimeProvider.System, Telemetry.Shared).AcquireAsync(
            new AcquisitionRequest(container.GetRequiredService<ClientCredentialsTokenProvider>().Options.Current, TimeProvider.System.GetTimestamp()),
            CancellationToken.None).Within());

    private static byte[] Gzip(string text)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }
}
