using System.Net;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

public sealed class TokenRequestRetryTests : IDisposable
{
    private const string InvalidClient = """{"error":"invalid_client"}""";

    private readonly ScriptedTokenEndpoint _endpoint = new();

    public void Dispose() => _endpoint.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task AcquireAsync_WhenEveryAttemptFails_RetriesMaxRetryAttemptsTimesWithGrowingDelays(int maxRetryAttempts)
    {
        _endpoint.Enqueue(HttpStatusCode.ServiceUnavailable);
        Task<AcquiredToken> acquiring = _endpoint.AcquireAsync(maxRetryAttempts, TimeSpan.FromMinutes(2));
        for (int attempt = 1; attempt <= maxRetryAttempts; attempt++)
        {
            TimeSpan pause = await _endpoint.RetryDelayAfterAsync(attempt);
            TimeSpan longest = TimeSpan.FromMilliseconds(500) * Math.Pow(2, attempt - 1);
            Assert.InRange(pause, longest / 2, longest);
            _endpoint.Time.Advance(pause);
        }

        TokenRequestException failure = await ScriptedTokenEndpoint.FailureOf(acquiring);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failure.StatusCode);
        Assert.Equal(maxRetryAttempts + 1, _endpoint.Requests);
        Assert.Equal(maxRetryAttempts + 1, _endpoint.FailedAttempts.Count());
        Assert.Equal(1, _endpoint.Clients);
    }

    [Fact]
    public async Task AcquireAsync_OfManyInstances_RetriesAfterDifferentDelays()
    {
        _endpoint.Enqueue(HttpStatusCode.ServiceUnavailable);
        HashSet<TimeSpan> pauses = [];
        for (int instance = 0; instance < 20; instance++)
        {
            using CancellationTokenSource cancellation = new();
            int timers = _endpoint.Time.Timers.Count;
            Task<AcquiredToken> acquiring = _endpoint.AcquireAsync(cancellationToken: cancellation.Token);
            await Soon.UntilAsync(() => _endpoint.Time.Timers.Count == timers + 2);
            pauses.Add(_endpoint.Time.Timers[^1]);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring);
        }

        Assert.True(pauses.Count > 1);
    }

    [Fact]
    public async Task AcquireAsync_WhenTheSecondAttemptSucceeds_CountsTheTokensLifeFromThatAttempt()
    {
        _endpoint.Enqueue(HttpStatusCode.ServiceUnavailable);
        _endpoint.Enqueue(HttpStatusCode.OK, Responses.Good);
        Task<AcquiredToken> acquiring = _endpoint.AcquireAsync();
        _endpoint.Time.Advance(await _endpoint.RetryDelayAfterAsync(1));

        AcquiredToken acquired = await acquiring.WaitAsync(Soon.HangLimit);

        Assert.Equal(("NgCXRKc-MzYjw", TimeSpan.FromHours(1), _endpoint.Time.GetTimestamp()), (acquired.Token.Value, acquired.Lifetime, acquired.IssuedAt));
        Assert.Equal(_endpoint.Time.GetUtcNow() + TimeSpan.FromHours(1), acquired.Token.ExpiresOn);
        Assert.Equal(2, _endpoint.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, InvalidClient)]
    [InlineData(HttpStatusCode.Unauthorized, "")]
    [InlineData(HttpStatusCode.UnsupportedMediaType, "")]
    [InlineData(HttpStatusCode.OK, "{}")]
    public async Task AcquireAsync_AfterAPermanentFailure_DoesNotRetry(HttpStatusCode status, string body)
    {
        _endpoint.Enqueue(status, body, retryAfter: "1");

        Assert.False((await _endpoint.FailAsync()).IsTransient);
        Assert.Equal(1, _endpoint.Requests);
    }

    [Fact]
    public async Task AcquireAsync_WhenAHandlerThrowsAnyException_RetriesTheTransientFailure()
    {
        _endpoint.Enqueue(new FormatException("odd"));
        _endpoint.Enqueue(HttpStatusCode.OK, Responses.Good);
        Task<AcquiredToken> acquiring = _endpoint.AcquireAsync();
        _endpoint.Time.Advance(await _endpoint.RetryDelayAfterAsync(1));

        await acquiring.WaitAsync(Soon.HangLimit);
        Assert.Equal("The token request to https://accounts.spotify.com/api/token failed: odd", Assert.Single(_endpoint.FailedAttempts).Split(" failed: ", 2)[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AcquireAsync_WhenCancelledDuringTheDelayOrBefore_EndsImmediately(bool beforeTheFirstAttempt)
    {
        _endpoint.Enqueue(HttpStatusCode.ServiceUnavailable);
        using CancellationTokenSource cancellation = new();
        if (beforeTheFirstAttempt)
        {
            await cancellation.CancelAsync();
        }

        Task<AcquiredToken> acquiring = _endpoint.AcquireAsync(cancellationToken: cancellation.Token);
        if (!beforeTheFirstAttempt)
        {
            await _endpoint.RetryDelayAfterAsync(1);
            await cancellation.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring.WaitAsync(Soon.HangLimit));
        Assert.Equal(beforeTheFirstAttempt ? 0 : 1, _endpoint.Requests);
    }
}
