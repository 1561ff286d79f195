using System.Net;

namespace SpotifyClientCredentials.Tests;

public sealed class TokenRequestExceptionTests
{
    private static readonly TokenRequestException Failure = new("refused", isTransient: true, new HttpRequestException(HttpRequestError.ProxyTunnelError, "proxy", null, HttpStatusCode.NotFound))
    {
        StatusCode = HttpStatusCode.NotFound,
        Error = "invalid_client",
        ErrorDescription = "Invalid client",
        RetryAfter = TimeSpan.FromSeconds(7),
    };

    [Fact]
    public void Constructor_WithMessageAndCause_SetsThem()
    {
        IOException cause = new();

        TokenRequestException failure = new("refused", isTransient: true, cause);

        Assert.Equal(("refused", true), (failure.Message, failure.IsTransient));
        Assert.Same(cause, failure.InnerException);
    }

    [Fact]
    public void Constructor_WithMessageOnly_LeavesTheRestNull()
    {
        TokenRequestException failure = new("refused", isTransient: false);

        Assert.False(failure.IsTransient);
        Assert.Equal<object?>(
            [null, null, null, null, null],
            [failure.StatusCode, failure.Error, failure.ErrorDescription, failure.RetryAfter, failure.InnerException]);
    }

    [Fact]
    public void Constructor_WithoutAMessage_NamesTheArgument() =>
        Assert.Throws<ArgumentNullException>("message", () => new TokenRequestException(null!, isTransient: false));

    [Fact]
    public void Properties_SetByTheInitializer_AreReadBack() => Assert.Equal(
        (HttpStatusCode.NotFound, "invalid_client", "Invalid client", TimeSpan.FromSeconds(7)),
        (Failure.StatusCode, Failure.Error, Failure.ErrorDescription, Failure.RetryAfter));

    // A catch clause for the Web API must not take a 404 from the token endpoint for one from the API, and a resilience handler must not retry it.
    [Fact]
    public void Type_OfAFailure_IsNoHttpRequestException() => Assert.Equal(typeof(Exception), typeof(TokenRequestException).BaseType);
}
