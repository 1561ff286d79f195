using System.Globalization;
using System.Net;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

public sealed class TokenRequestRetryAfterTests : IDisposable
{
    private readonly ScriptedTokenEndpoint _endpoint = new();

    public void Dispose() => _endpoint.Dispose();

    [Theory]
    [InlineData("1", 1)]
    [InlineData("9", 9)]
    [InlineData("Sat, 01 Jan 2000 00:00:04 GMT", 4)]
    public async Task AcquireAsync_WithARetryAfterWithinTheTimeLimit_WaitsExactlyThatLong(string retryAfter, int seconds)
    {
        _endpoint.Time.AdvanceTo(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _endpoint.Enqueue(HttpStatusCode.TooManyRequests, retryAfter: retryAfter);
        _endpoint.Enqueue(HttpStatusCode.OK, Responses.Good);
        Task<AcquiredToken> acquiring = _endpoint.AcquireAsync();

        Assert.Equal(TimeSpan.FromSeconds(seconds), await _endpoint.RetryDelayAfterAsync(1));
        _endpoint.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.Equal((false, 1), (acquiring.IsCompleted, _endpoint.Requests));
        _endpoint.Time.Advance(TimeSpan.FromTicks(1));
        await acquiring.WaitAsync(Soon.HangLimit);
        Assert.Equal(2, _endpoint.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, 10)]
    [InlineData(HttpStatusCode.TooManyRequests, 86400)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 11)]
    public async Task AcquireAsync_WithARetryAfterBeyondTheTimeLimit_FailsImmediately(HttpStatusCode status, int seconds)
    {
        _endpoint.Enqueue(status, retryAfter: seconds.ToString(CultureInfo.InvariantCulture));

        TokenRequestException failure = await _endpoint.FailAsync();

        Assert.Equal((TimeSpan.FromSeconds(seconds), true, 1), (failure.RetryAfter, failure.IsTransient, _endpoint.Requests));
    }

    [Fact]
    public async Task AcquireAsync_WithARetryAfterBeyondTheTimeLeft_StopsRetrying()
    {
        _endpoint.Enqueue(HttpStatusCode.TooManyRequests, retryAfter: "6");
        _endpoint.Enqueue(HttpStatusCode.TooManyRequests, retryAfter: "4");
        Task<AcquiredToken> acquiring = _endpoint.AcquireAsync();
        _endpoint.Time.Advance(await _endpoint.RetryDelayAfterAsync(1));

        TokenRequestException failure = await ScriptedTokenEndpoint.FailureOf(acquiring);
        Assert.Equal((TimeSpan.FromSeconds(4), 2), (failure.RetryAfter, _endpoint.Requests));
    }

    [Fact]
    public async Task AcquireAsync_WithTimeSpentBefore_DoesNotWaitForARetryAfterBeyondTheTimeLeft()
    {
        _endpoint.Enqueue(HttpStatusCode.TooManyRequests, retryAfter: "6");

        TokenRequestException failure = await ScriptedTokenEndpoint.FailureOf(_endpoint.AcquireAsync(elapsed: TimeSpan.FromSeconds(4)));

        Assert.Equal((TimeSpan.FromSeconds(6), 1), (failure.RetryAfter, _endpoint.Requests));
    }

    [Fact]
    public async Task AcquireAsync_WithARetryAfterOfZero_StillBacksOff()
    {
        _endpoint.Enqueue(HttpStatusCode.TooManyRequests, retryAfter: "0");
        using CancellationTokenSource cancellation = new();
        Task<AcquiredToken> acquiring = _endpoint.AcquireAsync(cancellationToken: cancellation.Token);

        Assert.InRange(await _endpoint.RetryDelayAfterAsync(1), TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring);
    }
}
