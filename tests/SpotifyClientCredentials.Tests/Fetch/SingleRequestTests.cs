using System.Net;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>[B9]: an acquisition sends one request. What a failure asks for is in its exception, for the backoff of the cache.</summary>
public sealed class SingleRequestTests : IDisposable
{
    private readonly ScriptedTokenEndpoint _endpoint = new();

    public void Dispose() => _endpoint.Dispose();

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "", true)]
    [InlineData(HttpStatusCode.TooManyRequests, "", true)]
    [InlineData(HttpStatusCode.BadRequest, """{"error":"invalid_client"}""", false)]
    [InlineData(HttpStatusCode.OK, "{}", false)]
    public async Task AcquireAsync_AfterAFailure_SendsNoOtherRequest(HttpStatusCode status, string body, bool isTransient)
    {
        _endpoint.Enqueue(status, body);

        TokenRequestException failure = await ScriptedTokenEndpoint.FailureOf(_endpoint.AcquireAsync());

        Assert.Equal((status, isTransient, null), (failure.StatusCode, failure.IsTransient, failure.RetryAfter));
        Assert.Equal(1, _endpoint.Requests);
    }

    [Fact]
    public async Task AcquireAsync_WhenAHandlerThrowsAnyException_IsTransientAndSendsNoOtherRequest()
    {
        _endpoint.Enqueue(new FormatException("odd"));

        TokenRequestException failure = await ScriptedTokenEndpoint.FailureOf(_endpoint.AcquireAsync());

        Assert.Equal("The token request to https://accounts.spotify.com/api/token failed: odd", failure.Message);
        Assert.Equal((true, 1), (failure.IsTransient, _endpoint.Requests));
    }

    [Fact]
    public async Task AcquireAsync_AfterAnAcquisitionThatFailed_SendsOneMoreRequestAndCountsTheLifetimeFromIt()
    {
        _endpoint.Enqueue(HttpStatusCode.ServiceUnavailable);
        _endpoint.Enqueue(HttpStatusCode.OK, Responses.Good);

        await ScriptedTokenEndpoint.FailureOf(_endpoint.AcquireAsync());
        _endpoint.Time.Advance(TimeSpan.FromSeconds(3));
        AcquiredToken acquired = await _endpoint.AcquireAsync().Within();

        Assert.Equal(("NgCXRKc-MzYjw", TimeSpan.FromHours(1), _endpoint.Time.GetTimestamp()), (acquired.Token.Value, acquired.Lifetime, acquired.IssuedAt));
        Assert.Equal(2, _endpoint.Requests);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("86400", 86400)]
    [InlineData("Sat, 01 Jan 2000 00:00:04 GMT", 4)]
    public async Task AcquireAsync_WithARetryAfter_ReportsItInFullAndDoesNotWait(string retryAfter, int seconds)
    {
        _endpoint.Time.AdvanceTo(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _endpoint.Enqueue(HttpStatusCode.TooManyRequests, retryAfter: retryAfter);

        TokenRequestException failure = await ScriptedTokenEndpoint.FailureOf(_endpoint.AcquireAsync());

        Assert.Equal((TimeSpan.FromSeconds(seconds), true, 1), (failure.RetryAfter, failure.IsTransient, _endpoint.Requests));
    }

    [Fact]
    public async Task AcquireAsync_WhenAlreadyCancelled_SendsNothing()
    {
        _endpoint.Enqueue(HttpStatusCode.OK, Responses.Good);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _endpoint.AcquireAsync(new CancellationToken(canceled: true)).Within());

        Assert.Equal(0, _endpoint.Requests);
    }
}
