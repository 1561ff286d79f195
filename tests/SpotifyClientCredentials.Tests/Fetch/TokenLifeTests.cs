using System.Globalization;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>When a token's life starts, and by which clock it's measured. The server delays its responses.</summary>
public sealed class TokenLifeTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan OneTick = TimeSpan.FromTicks(1);

    private readonly WatchedTimeProvider _time = new();
    private readonly SemaphoreSlim _responses = new(0);
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
        _provider = new ClientCredentialsTokenProvider(_client, TestOptions.Create(options => options.TokenEndpoint = _server.Address), _time);
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

        // The window is 5 minutes, the margin a fifth of that. The renewal that starts in the window gets no response.
        _time.AdvanceTo(requestedOn + TimeSpan.FromMinutes(59) - OneTick);
        Assert.Same(token, await _provider.GetTokenAsync());
        _time.Advance(OneTick);
        ValueTask<AccessToken> next = _provider.GetTokenAsync();
        Assert.False(next.IsCompleted);

        _responses.Release();
        Assert.Equal("token-2", (await next.AsTask().WaitAsync(Soon.HangLimit)).Value);
    }

    [Theory]
    [InlineData("3650.00:00")]
    [InlineData("-3650.00:00")]
    [InlineData("00:59:00")]
    [InlineData("-01:00:00")]
    public async Task GetTokenAsync_AfterTheWallClockJumps_UsesTheTokenAsLongAsBefore(string jump)
    {
        AccessToken token = await FirstTokenAsync(TimeSpan.Zero);

        _time.WallClockError = TimeSpan.Parse(jump, CultureInfo.InvariantCulture);
        Assert.Same(token, await _provider.GetTokenAsync());
        _time.Advance(TimeSpan.FromMinutes(55) - OneTick);
        Assert.Same(token, await _provider.GetTokenAsync());
        Assert.Single(_server.Requests);
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Same(token, await _provider.GetTokenAsync());
        _time.Advance(OneTick);
        ValueTask<AccessToken> next = _provider.GetTokenAsync();
        Assert.False(next.IsCompleted);

        _responses.Release();
        AccessToken renewed = await next.AsTask().WaitAsync(Soon.HangLimit);
        Assert.Equal("token-2", renewed.Value);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheWallClockJumpsDuringTheRequest_StillCountsFromTheRequest()
    {
        Task<AccessToken> getting = _provider.GetTokenAsync().AsTask();
        await Soon.UntilAsync(() => _server.Requests.Count == 1);
        DateTimeOffset requestedOn = _time.GetUtcNow();
        _time.WallClockError = TimeSpan.FromDays(3650);
        _responses.Release();

        AccessToken token = await getting.WaitAsync(Soon.HangLimit);

        Assert.Equal(requestedOn + TimeSpan.FromHours(1), token.ExpiresOn);
        _time.Advance(TimeSpan.FromMinutes(55) - OneTick);
        Assert.Same(token, await _provider.GetTokenAsync());
    }

    private async Task<AccessToken> FirstTokenAsync(TimeSpan delay)
    {
        Task<AccessToken> getting = _provider.GetTokenAsync().AsTask();
        await Soon.UntilAsync(() => _server.Requests.Count == 1);
        _time.Advance(delay);
        _responses.Release();
        return await getting.WaitAsync(Soon.HangLimit);
    }
}
