using System.Globalization;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>[B6], [B10]: a token's life starts before its request, by both clocks. The server delays its responses.</summary>
public sealed class TokenLifeTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan OneTick = TimeSpan.FromTicks(1);

    private readonly WatchedTimeProvider _time = new();
    private readonly SemaphoreSlim _responses = new(0);
    private readonly RecordingLoggerProvider _log = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly RawServer _server;
    private readonly ClientCredentialsTokenProvider _provider;
    private int _tokens;

    public TokenLifeTests()
    {
        _server = new RawServer(async connection =>
        {
            await _responses.WaitAsync(connection.Stopped);
            await connection.SendAsync(HttpResponses.Token($"token-{Interlocked.Increment(ref _tokens)}"));
        });
        _provider = new ClientCredentialsTokenProvider(_client, TestOptions.Create(options => options.TokenEndpoint = _server.Address), _time, _log.ForProvider());
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _provider.Dispose();
        _client.Dispose();
        _responses.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task GetTokenAsync_WithASlowResponse_CountsTheMarginFromBeforeTheRequest(int delayInSeconds)
    {
        DateTimeOffset requestedOn = _time.GetUtcNow();
        AccessToken token = await FirstTokenAsync(TimeSpan.FromSeconds(delayInSeconds));
        Assert.Equal(requestedOn + TimeSpan.FromHours(1), token.ExpiresOn);

        // The renewal that starts in the window gets no response.
        _time.AdvanceTo(requestedOn + TimeSpan.FromHours(1) - TimeSpan.FromSeconds(10) - OneTick);
        Assert.Same(token, await _provider.GetTokenAsync());
        _time.Advance(OneTick);
        ValueTask<AccessToken> next = _provider.GetTokenAsync();
        Assert.False(next.IsCompleted);

        _responses.Release();
        Assert.Equal("token-2", (await next.AsTask().Within()).Value);
    }

    [Theory]
    [InlineData("-01:00:00")]
    [InlineData("-3650.00:00")]
    public async Task GetTokenAsync_WhenTheWallClockIsSetBackDuringTheRequest_StillCountsFromTheRequest(string jump)
    {
        DateTimeOffset requestedOn = _time.GetUtcNow();
        Task<AccessToken> getting = await StartAsync();
        _time.WallClockError = TimeSpan.Parse(jump, CultureInfo.InvariantCulture);
        _responses.Release();

        AccessToken token = await getting.Within();

        Assert.Equal(requestedOn + TimeSpan.FromHours(1), token.ExpiresOn);
        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(10) - OneTick);
        Assert.Same(token, await _provider.GetTokenAsync());
        _time.Advance(OneTick);
        Assert.Null(_provider.TryGetCached());
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheWallClockPassesTheExpiryDuringTheRequest_GetsAnotherToken()
    {
        Task<AccessToken> getting = await StartAsync();
        _time.WallClockError = TimeSpan.FromHours(1);
        _responses.Release();
        await Soon.UntilAsync(() => _log.Events(3).Any());

        _time.Advance(_log.Events(3).Single().Value<TimeSpan>("Backoff"));
        _responses.Release();

        AccessToken token = await getting.Within();
        Assert.Equal(("token-2", _time.GetUtcNow() + TimeSpan.FromHours(1)), (token.Value, token.ExpiresOn));
    }

    private async Task<Task<AccessToken>> StartAsync()
    {
        Task<AccessToken> getting = _provider.GetTokenAsync().AsTask();
        await Soon.UntilAsync(() => _server.Requests.Count == 1);
        return getting;
    }

    private async Task<AccessToken> FirstTokenAsync(TimeSpan delay)
    {
        Task<AccessToken> getting = await StartAsync();
        _time.Advance(delay);
        _responses.Release();
        return await getting.Within();
    }
}
