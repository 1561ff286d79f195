using System.Diagnostics;
using System.Net;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B30]: <c>error.type</c> and <c>http.response.status_code</c> by how a token request ends.</summary>
[Collection(NonParallel.Name)]
public sealed class ErrorTypeTests : IDisposable
{
    private static readonly Dictionary<string, Func<HttpResponseMessage>> Endings = new()
    {
        ["wrong credentials"] = () => Response(HttpStatusCode.BadRequest, """{"error":"invalid_client"}"""),
        ["overload"] = () => Response(HttpStatusCode.ServiceUnavailable, "no healthy upstream"),
        ["redirect"] = () => Response(HttpStatusCode.Found, ""),
        ["no token in the response"] = () => Response(HttpStatusCode.OK, "{}"),
        ["no host of that name"] = () => throw new HttpRequestException(HttpRequestError.NameResolutionError),
        ["no connection"] = () => throw new HttpRequestException(HttpRequestError.ConnectionError),
        ["proxy whose password is shown"] = () => throw new HttpRequestException(HttpRequestError.ProxyTunnelError, "no tunnel to http://user:pw@proxy/"),
        ["body cut short"] = () => throw new HttpIOException(HttpRequestError.ResponseEnded),
        ["request that failed for a reason unknown to .NET"] = () => throw new HttpRequestException("odd"),
        ["handler that throws"] = () => throw new FormatException("odd"),
        ["handler that throws a secret"] = () => throw new FormatException(TestOptions.ClientSecret),
        ["handler with a time limit of its own"] = () => throw new TaskCanceledException(),
    };

    private readonly Spans _spans = new();
    private readonly WatchedTimeProvider _time = new();

    public void Dispose() => _spans.Dispose();

    [Theory]
    [InlineData("wrong credentials", "400", 400)]
    [InlineData("overload", "503", 503)]
    [InlineData("redirect", "302", 302)]
    [InlineData("no token in the response", "invalid_response", 200)]
    [InlineData("no host of that name", "name_resolution_error", null)]
    [InlineData("no connection", "connection_error", null)]
    [InlineData("proxy whose password is shown", "_OTHER", null)]
    [InlineData("body cut short", "response_ended", null)]
    [InlineData("request that failed for a reason unknown to .NET", "System.Net.Http.HttpRequestException", null)]
    [InlineData("handler that throws", "System.FormatException", null)]
    [InlineData("handler that throws a secret", "_OTHER", null)]
    [InlineData("handler with a time limit of its own", "timeout", null)]
    [ExcludedFromSecrecyRun("Its handler throws a secret, which .NET shows before the library can redact it.")]
    public async Task ErrorType_OfARequest_DependsOnHowItEnds(string ending, string errorType, int? status)
    {
        await Assert.ThrowsAsync<TokenRequestException>(() => Acquire(_ => Task.FromResult(Endings[ending]())));

        AssertTags(errorType, status);
    }

    [Fact]
    public async Task ErrorType_WhenTheAttemptExceedsItsTimeLimit_IsTimeout()
    {
        Task<AcquiredToken> acquiring = Acquire(NeverAsync);
        _time.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<TokenRequestException>(() => acquiring).Within();

        AssertTags("timeout", status: null);
    }

    [Fact]
    public async Task ErrorType_WhenTheRequestIsCancelled_IsCancelled()
    {
        using CancellationTokenSource cancelled = new();
        Task<AcquiredToken> acquiring = Acquire(NeverAsync, cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring).Within();

        AssertTags("cancelled", status: null);
        Assert.Null(_spans.Of(SpotifyClientCredentialsTelemetry.ActivitySourceName)[0].StatusDescription);
    }

    private void AssertTags(string errorType, int? status)
    {
        SortedDictionary<string, object?> tags = _spans.Tags(1);
        Assert.Equal((errorType, status), (tags["error.type"], (int?)tags.GetValueOrDefault("http.response.status_code")));
        Assert.Equal(ActivityStatusCode.Error, _spans.Of(SpotifyClientCredentialsTelemetry.ActivitySourceName)[0].Status);
    }

    private Task<AcquiredToken> Acquire(Func<CancellationToken, Task<HttpResponseMessage>> response, CancellationToken cancellationToken = default)
    {
        HttpClient client = new(new Ending(response));
        return new TokenEndpointClient(() => client, _time, Telemetry.Shared)
            .AcquireAsync(new AcquisitionRequest(TestOptions.CreateValid(), _time.GetTimestamp()), cancellationToken);
    }

    private static async Task<HttpResponseMessage> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("An infinite delay ended.");
    }

    private static HttpResponseMessage Response(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body) };

    private sealed class Ending(Func<CancellationToken, Task<HttpResponseMessage>> response) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => response(cancellationToken);
    }
}
