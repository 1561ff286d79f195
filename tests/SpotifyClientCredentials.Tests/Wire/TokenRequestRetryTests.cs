using System.Globalization;
using System.Net;
using RichardSzalay.MockHttp;
using SpotifyClientCredentials.Internal;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Wire;

public sealed class TokenRequestRetryTests : IDisposable
{
    private const string InvalidClient = """{"error":"invalid_client"}""";

    private readonly WatchedTimeProvider _time = new();
    private readonly RecordingLoggerProvider _log = new();
    private readonly MockHttpMessageHandler _http = new();
    private readonly Queue<Func<HttpResponseMessage>> _answers = new();
    private int _requests;

    public TokenRequestRetryTests() => _http.When(HttpMethod.Post, "*").Respond(_ =>
    {
        Interlocked.Increment(ref _requests);
        return _answers.Count > 1 ? _answers.Dequeue()() : _answers.Peek()();
    });

    public void Dispose()
    {
        _http.Dispose();
        _log.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task AcquireAsync_WhenEveryAttemptFails_RetriesMaxRetryAttemptsTimesWithGrowingPauses(int maxRetryAttempts)
    {
        Enqueue(HttpStatusCode.ServiceUnavailable);
        Task<AcquiredToken> acquiring = AcquireAsync(maxRetryAttempts, TimeSpan.FromMinutes(2));
        for (int attempt = 1; attempt <= maxRetryAttempts; attempt++)
        {
            TimeSpan pause = await PauseAfterAsync(attempt);
            TimeSpan longest = TimeSpan.FromMilliseconds(500) * Math.Pow(2, attempt - 1);
            Assert.InRange(pause, longest / 2, longest);
            _time.Advance(pause);
        }

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => acquiring.WaitAsync(Soon.HangLimit));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failure.TokenEndpointStatusCode);
        Assert.Equal(maxRetryAttempts + 1, _requests);
        Assert.Equal(maxRetryAttempts + 1, _log.Events(3).Count());
    }

    [Fact]
    public async Task AcquireAsync_OfManyInstances_PausesForDifferentTimes()
    {
        Enqueue(HttpStatusCode.ServiceUnavailable);
        HashSet<TimeSpan> pauses = [];
        for (int instance = 0; instance < 20; instance++)
        {
            using CancellationTokenSource cancellation = new();
            int timers = _time.Timers.Count;
            Task<AcquiredToken> acquiring = AcquireAsync(cancellationToken: cancellation.Token);
            await Soon.UntilAsync(() => _time.Timers.Count == timers + 2);
            pauses.Add(_time.Timers[^1]);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring);
        }

        Assert.True(pauses.Count > 1);
    }

    [Fact]
    public async Task AcquireAsync_WhenTheSecondAttemptSucceeds_CountsTheTokensLifeFromThatAttempt()
    {
        Enqueue(HttpStatusCode.ServiceUnavailable);
        Enqueue(HttpStatusCode.OK, Answers.Good);
        Task<AcquiredToken> acquiring = AcquireAsync();
        _time.Advance(await PauseAfterAsync(1));

        AcquiredToken acquired = await acquiring.WaitAsync(Soon.HangLimit);

        Assert.Equal(("NgCXRKc-MzYjw", TimeSpan.FromHours(1), _time.GetTimestamp()), (acquired.Token.Value, acquired.Life, acquired.IssuedAt));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromHours(1), acquired.Token.ExpiresOn);
        Assert.Equal(2, _requests);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("9", 9)]
    [InlineData("Sat, 01 Jan 2000 00:00:04 GMT", 4)]
    public async Task AcquireAsync_WithARetryAfterThatFits_WaitsForItExactly(string retryAfter, int seconds)
    {
        _time.AdvanceTo(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Enqueue(HttpStatusCode.TooManyRequests, retryAfter: retryAfter);
        Enqueue(HttpStatusCode.OK, Answers.Good);
        Task<AcquiredToken> acquiring = AcquireAsync();

        Assert.Equal(TimeSpan.FromSeconds(seconds), await PauseAfterAsync(1));
        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.Equal((false, 1), (acquiring.IsCompleted, _requests));
        _time.Advance(TimeSpan.FromTicks(1));
        await acquiring.WaitAsync(Soon.HangLimit);
        Assert.Equal(2, _requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, 10)]
    [InlineData(HttpStatusCode.TooManyRequests, 86400)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 11)]
    public async Task AcquireAsync_WithARetryAfterThatDoesNotFit_FailsAtOnce(HttpStatusCode status, int seconds)
    {
        Enqueue(status, retryAfter: seconds.ToString(CultureInfo.InvariantCulture));

        TokenRequestException failure = await FailAsync();

        Assert.Equal((TimeSpan.FromSeconds(seconds), true, 1), (failure.RetryAfter, failure.IsTransient, _requests));
    }

    [Fact]
    public async Task AcquireAsync_WithARetryAfterThatNoLongerFits_EndsTheRetries()
    {
        Enqueue(HttpStatusCode.TooManyRequests, retryAfter: "6");
        Enqueue(HttpStatusCode.TooManyRequests, retryAfter: "4");
        Task<AcquiredToken> acquiring = AcquireAsync();
        _time.Advance(await PauseAfterAsync(1));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => acquiring.WaitAsync(Soon.HangLimit));
        Assert.Equal((TimeSpan.FromSeconds(4), 2), (failure.RetryAfter, _requests));
    }

    [Fact]
    public async Task AcquireAsync_WithARetryAfterOfZero_BacksOffAllTheSame()
    {
        Enqueue(HttpStatusCode.TooManyRequests, retryAfter: "0");
        using CancellationTokenSource cancellation = new();
        Task<AcquiredToken> acquiring = AcquireAsync(cancellationToken: cancellation.Token);

        Assert.InRange(await PauseAfterAsync(1), TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, InvalidClient)]
    [InlineData(HttpStatusCode.Unauthorized, "")]
    [InlineData(HttpStatusCode.UnsupportedMediaType, "")]
    [InlineData(HttpStatusCode.OK, "{}")]
    public async Task AcquireAsync_AfterAPermanentFailure_SendsNoSecondRequest(HttpStatusCode status, string body)
    {
        Enqueue(status, body, retryAfter: "1");

        Assert.False((await FailAsync()).IsTransient);
        Assert.Equal(1, _requests);
    }

    [Fact]
    public async Task AcquireAsync_WhenAHandlerThrowsWhatItLikes_IsATransientFailureThatIsRetried()
    {
        _answers.Enqueue(() => throw new FormatException("odd"));
        Enqueue(HttpStatusCode.OK, Answers.Good);
        Task<AcquiredToken> acquiring = AcquireAsync();
        _time.Advance(await PauseAfterAsync(1));

        await acquiring.WaitAsync(Soon.HangLimit);
        Assert.Equal("The token request to https://accounts.spotify.com/api/token failed: odd", Assert.Single(_log.Events(3)).Message.Split(" failed: ", 2)[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AcquireAsync_WhenCancelledInThePause_EndsAtOnce(bool beforeTheFirstAttempt)
    {
        Enqueue(HttpStatusCode.ServiceUnavailable);
        using CancellationTokenSource cancellation = new();
        if (beforeTheFirstAttempt)
        {
            await cancellation.CancelAsync();
        }

        Task<AcquiredToken> acquiring = AcquireAsync(cancellationToken: cancellation.Token);
        if (!beforeTheFirstAttempt)
        {
            await PauseAfterAsync(1);
            await cancellation.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring.WaitAsync(Soon.HangLimit));
        Assert.Equal(beforeTheFirstAttempt ? 0 : 1, _requests);
    }

    private void Enqueue(HttpStatusCode status, string body = "", string? retryAfter = null) => _answers.Enqueue(() =>
    {
        HttpResponseMessage response = new(status) { Content = new StringContent(body) };
        _ = retryAfter is null || response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    });

    private Task<AcquiredToken> AcquireAsync(int maxRetryAttempts = 2, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        new TokenEndpointClient(_http.ToHttpClient, _time, _log.ForProvider()).AcquireAsync(
            TestOptions.CreateValid(options => (options.MaxRetryAttempts, options.TokenRequestTimeout) = (maxRetryAttempts, timeout ?? TimeSpan.FromSeconds(10))),
            rejected: null,
            cancellationToken);

    private Task<TokenRequestException> FailAsync() =>
        Assert.ThrowsAsync<TokenRequestException>(() => AcquireAsync().WaitAsync(Soon.HangLimit));

    // Each attempt sets two timers: its own limit, and then the pause.
    private async Task<TimeSpan> PauseAfterAsync(int attempt)
    {
        await Soon.UntilAsync(() => _time.Timers.Count >= 2 * attempt);
        return _time.Timers[(2 * attempt) - 1];
    }
}
