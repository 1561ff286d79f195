using System.Net;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>Slow servers, with a clock that only the test advances.</summary>
public sealed class TokenRequestTimeLimitTests
{
    private static readonly TimeSpan OneTick = TimeSpan.FromTicks(1);

    private readonly WatchedTimeProvider _time = new();

    [Theory]
    [InlineData(10, 5_000)]
    [InlineData(3, 1_500)]
    public async Task AcquireAsync_WithoutAResponse_EndsTheRequestAtHalfOfTokenRequestTimeout(int timeoutInSeconds, int limitInMilliseconds)
    {
        await using RawServer server = new(connection => connection.KeepOpenAsync());
        using HttpClient client = Client();
        Task<AcquiredToken> acquiring = Acquire(server, client, timeoutInSeconds);
        await Soon.UntilAsync(() => server.Requests.Count == 1);

        _time.Advance(TimeSpan.FromMilliseconds(limitInMilliseconds) - OneTick);
        Assert.False(acquiring.IsCompleted);
        _time.Advance(OneTick);

        TokenRequestException failure = await FailureOf(acquiring);
        Assert.True(failure.IsTransient);
        Assert.EndsWith($"sent no response within {limitInMilliseconds / 1000.0:0.###} s.", failure.Message, StringComparison.Ordinal);
        Assert.Null(failure.StatusCode);
    }

    [Theory]
    [InlineData("", "HTTP/1.1 200 OK\r\nServer: ")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "{\"access_token\":")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n{\r\n1\r\n\"\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "{\"access_token\":")]
    public async Task AcquireAsync_WithASlowResponse_EndsAtTheLimitAndClosesTheConnection(string atOnce, string dripped)
    {
        SemaphoreSlim drops = new(0);
        SemaphoreSlim sent = new(0);
        TaskCompletionSource clientIsGone = new();
        await using RawServer server = new(async connection =>
        {
            await connection.SendAsync(atOnce);
            foreach (char drop in dripped[..10])
            {
                await drops.WaitAsync(connection.Stopped);
                await connection.SendAsync(drop.ToString());
                sent.Release();
            }

            await connection.KeepOpenAsync();
            clientIsGone.TrySetResult();
        });
        using HeadersWatch headers = new();
        using HttpClient client = new(headers);
        Task<AcquiredToken> acquiring = Acquire(server, client);
        // If the headers are sent at once, only the body is slow.
        await (atOnce.Length > 0 ? headers.Arrived.WaitAsync(Soon.HangLimit) : Task.CompletedTask);

        for (int i = 0; i < 10; i++)
        {
            drops.Release();
            Assert.True(await sent.WaitAsync(Soon.HangLimit));
            Assert.False(acquiring.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }

        TokenRequestException failure = await FailureOf(acquiring);
        Assert.EndsWith("sent no response within 5 s.", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
        await clientIsGone.Task.WaitAsync(Soon.HangLimit);
    }

    [Fact]
    public async Task AcquireAsync_WhenTheClientsOwnTimeoutEndsTheRequest_IsTransient()
    {
        await using RawServer server = new(connection => connection.KeepOpenAsync());
        using HttpClient client = Client();
        client.Timeout = TimeSpan.FromMilliseconds(100);

        TokenRequestException failure = await FailureOf(Acquire(server, client));

        Assert.EndsWith("sent no response within the time limit of its HttpClient.", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
        Assert.IsType<TimeoutException>(failure.InnerException?.InnerException);
    }

    [Fact]
    public async Task AcquireAsync_WhenCancelledBeforeTheResponse_ThrowsOperationCanceledException()
    {
        await using RawServer server = new(connection => connection.KeepOpenAsync());
        using HttpClient client = Client();
        using CancellationTokenSource cancellation = new();
        Task<AcquiredToken> acquiring = Acquire(server, client, cancellationToken: cancellation.Token);
        await Soon.UntilAsync(() => server.Requests.Count == 1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring.WaitAsync(Soon.HangLimit));
    }

    [Fact]
    public async Task GetTokenAsync_WhenEveryRequestHangs_FailsAtTokenRequestTimeout()
    {
        await using RawServer server = new(connection => connection.KeepOpenAsync());
        using HttpClient client = Client();
        using ClientCredentialsTokenProvider provider = new(client, TestOptions.Create(options => options.TokenEndpoint = server.Address), _time);
        DateTimeOffset startedOn = _time.GetUtcNow();
        Task<AccessToken> getting = provider.GetTokenAsync().AsTask();
        await Soon.UntilAsync(() => server.Requests.Count == 1);
        (int timers, int changed) = (_time.Timers.Count, _time.TimersChanged);

        _time.Advance(TimeSpan.FromSeconds(5));
        // The timer is the backoff's, and the call sets it anew when it begins to wait. Before that, the call may not have read the clock.
        await Soon.UntilAsync(() => _time.Timers.Count == timers + 1 && _time.TimersChanged > changed);
        _time.Advance(_time.Timers[^1]);
        await Soon.UntilAsync(() => server.Requests.Count == 2 && _time.Timers.Count == timers + 4); // of the acquisition, the request and the caller
        // A wait is in whole milliseconds.
        _time.AdvanceTo(startedOn + TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.False(getting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => getting.WaitAsync(Soon.HangLimit));
        Assert.True(failure.IsTransient);
        Assert.EndsWith("within 10 s (TokenRequestTimeout).", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    private static HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false });

    private static Task<TokenRequestException> FailureOf(Task<AcquiredToken> acquiring) =>
        Assert.ThrowsAsync<TokenRequestException>(() => acquiring.WaitAsync(Soon.HangLimit));

    private Task<AcquiredToken> Acquire(RawServer server, HttpClient client, int timeoutInSeconds = 10, CancellationToken cancellationToken = default) =>
        new TokenEndpointClient(() => client, _time, Telemetry.Shared).AcquireAsync(
            new AcquisitionRequest(
                TestOptions.CreateValid(options =>
                {
                    options.TokenEndpoint = server.Address;
                    options.TokenRequestTimeout = TimeSpan.FromSeconds(timeoutInSeconds);
                }),
                _time.GetTimestamp()),
            cancellationToken);

    private sealed class HeadersWatch() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Arrived => _arrived.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            _arrived.TrySetResult();
            return response;
        }
    }
}
