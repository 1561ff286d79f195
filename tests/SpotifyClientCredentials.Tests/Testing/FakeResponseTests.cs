using System.Net;
using System.Net.Sockets;
using System.Text;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeResponseTests : IAsyncLifetime
{
    private FakeSpotify _fake = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync();
        _client = _fake.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _fake.DisposeAsync();
    }

    public static TheoryData<FakeResponse, int, string, string> Predefined => new()
    {
        {
            FakeResponse.InvalidClient, 400, "application/json; charset=utf-8",
            """{"error":"invalid_client","error_description":"Invalid client"}"""
        },
        {
            FakeResponse.InvalidClientSecret, 400, "application/json; charset=utf-8",
            """{"error":"invalid_client","error_description":"Invalid client secret"}"""
        },
        {
            FakeResponse.Unauthorized, 401, "application/json; charset=utf-8",
            """{"error":{"status":401,"message":"Missing/invalid/expired access token"}}"""
        },
        {
            FakeResponse.RateLimited(), 429, "application/json; charset=utf-8",
            """{"error":{"status":429,"message":"API rate limit exceeded"}}"""
        },
        {
            FakeResponse.UpstreamReset, 503, "text/plain",
            "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
        },
    };

    [Theory]
    [MemberData(nameof(Predefined))]
    public async Task Predefined_WhenSent_MatchesWhatSpotifySends(FakeResponse scripted, int statusCode, string mediaType, string body)
    {
        using HttpResponseMessage response = await SendAsync(scripted);

        Assert.Equal(statusCode, (int)response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ServiceUnavailableHtml_WhenSent_IsAnHtmlPage()
    {
        using HttpResponseMessage response = await SendAsync(FakeResponse.ServiceUnavailableHtml);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.ToString());
        Assert.StartsWith("<html>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1500, "2")]
    [InlineData(86_400_000, "86400")]
    public async Task RateLimited_WithRetryAfter_SendsWholeSeconds(int milliseconds, string retryAfter)
    {
        using HttpResponseMessage response = await SendAsync(FakeResponse.RateLimited(TimeSpan.FromMilliseconds(milliseconds)));

        Assert.Equal([retryAfter], response.Headers.GetValues("Retry-After"));
    }

    [Fact]
    public async Task Redirect_WhenSent_HasTheLocation()
    {
        Uri location = new("https://elsewhere.example/x");
        using HttpResponseMessage response = await SendAsync(FakeResponse.Redirect(location, HttpStatusCode.TemporaryRedirect));

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal("https://elsewhere.example/x", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task WithHeader_TransferEncoding_SendsTheBodyInChunks()
    {
        using HttpResponseMessage response = await SendAsync(FakeResponse.ServiceUnavailableHtml.WithHeader("Transfer-Encoding", "chunked"));

        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Null(response.Content.Headers.ContentLength);
        Assert.Equal(FakeResponse.ServiceUnavailableHtml.Body.ToArray(), await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task WithHeader_ContentLengthLargerThanTheBody_TruncatesTheBody()
    {
        using HttpResponseMessage response = await SendAsync(FakeResponse.Json("{\"access").WithHeader("content-length", "100"));

        Assert.Equal(100, response.Content.Headers.ContentLength);
        _ = await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task WithHeader_WhenSent_ReplacesRepeatsAndRemovesHeaders()
    {
        FakeResponse scripted = FakeResponse.Json("{}").WithHeader("X-Line", "old").WithHeader("x-line", "one", "two").WithHeader("content-type");

        using HttpResponseMessage response = await SendAsync(scripted);

        Assert.Equal(["one", "two"], response.Headers.GetValues("X-Line"));
        Assert.Null(response.Content.Headers.ContentType);
    }

    [Fact]
    public void With_Always_LeavesTheOriginalUnchanged()
    {
        byte[] body = [1];
        FakeResponse original = new(HttpStatusCode.OK);
        FakeResponse changed = original.WithHeader("X", "1").WithBody(body).WithDelay(TimeSpan.FromSeconds(1));
        body[0] = 2;

        Assert.Empty(original.Headers);
        Assert.Equal(0, original.Body.Length);
        Assert.Equal(TimeSpan.Zero, original.Delay);
        Assert.Equal(["1"], changed.Headers["x"]);
        Assert.Equal([1], changed.Body.ToArray());
        Assert.Equal(TimeSpan.FromSeconds(1), changed.Delay);
    }

    [Fact]
    public void Arguments_WhenInvalid_Throw()
    {
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => new FakeResponse((HttpStatusCode)101));
        _ = Assert.Throws<ArgumentException>(() => FakeResponse.NoResponse.WithHeader("X", "a\r\nSet-Cookie: b"));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => FakeResponse.NoResponse.WithDelay(TimeSpan.FromTicks(-1)));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => FakeResponse.RateLimited(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public async Task ConnectionReset_WhenSent_ResetsTheConnection()
    {
        _fake.ApiResponse = FakeResponse.ConnectionReset;
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_fake.ApiBaseAddress.Host, _fake.ApiBaseAddress.Port);
        _ = await socket.SendAsync(Encoding.ASCII.GetBytes("GET /v1/markets HTTP/1.1\r\nHost: x\r\n\r\n"));

        SocketException exception = await Assert.ThrowsAsync<SocketException>(
            () => socket.ReceiveAsync(new byte[1]).WaitAsync(Soon.HangLimit));

        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    [Fact]
    public async Task NoResponse_WhenTheClientCancels_EndsTheRequest()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _fake.EnqueueApiResponse(FakeResponse.NoResponse.WaitFor(_ =>
        {
            arrived.SetResult();
            return Task.CompletedTask;
        }));
        using CancellationTokenSource cancellation = new();

        Task<HttpResponseMessage> call = _client.GetAsync("markets", cancellation.Token);
        await arrived.Task.WaitAsync(Soon.HangLimit);
        await cancellation.CancelAsync();

        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        using HttpResponseMessage next = await _client.GetAsync("markets");
        Assert.Equal(HttpStatusCode.Unauthorized, next.StatusCode);
    }

    [Fact]
    public void ToString_Always_OmitsHeadersAndBody()
    {
        Assert.Equal("200 OK", FakeResponse.Json("secret").WithHeader("X", "secret").ToString());
        Assert.Equal("NoResponse", FakeResponse.NoResponse.ToString());
    }

    private async Task<HttpResponseMessage> SendAsync(FakeResponse response)
    {
        _fake.EnqueueApiResponse(response);
        return await _client.GetAsync("markets", HttpCompletionOption.ResponseHeadersRead);
    }
}
