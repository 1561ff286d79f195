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

    // A catch clause for the Web API must not take a 404 from the token endpoint for one from the API.
    [Fact]
    public void StatusCode_ReadAsHttpRequestException_IsNull()
    {
        Assert.Null(((HttpRequestException)Failure).StatusCode);
        Assert.Null(((HttpRequestException)Failure.ForWaiter()).StatusCode);
    }

    [Fact]
    public void HttpRequestError_WithACause_IsTheCauses()
    {
        Assert.Equal(HttpRequestError.ProxyTunnelError, Failure.HttpRequestError);
        Assert.Equal(HttpRequestError.ResponseEnded, new TokenRequestException("", true, new HttpIOException(HttpRequestError.ResponseEnded)).HttpRequestError);
        Assert.Equal(HttpRequestError.Unknown, new TokenRequestException("", true, new IOException()).HttpRequestError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ForWaiter_OfAFailure_IsACopyThatWrapsIt(bool isTransient)
    {
        TokenRequestException shared = new("refused", isTransient, Failure) { StatusCode = HttpStatusCode.NotFound, Error = "e", ErrorDescription = "d", RetryAfter = TimeSpan.FromSeconds(7) };

        TokenRequestException own = shared.ForWaiter();

        Assert.NotSame(shared, own);
        Assert.Same(shared, own.InnerException);
        Assert.Equal(
            ("refused", isTransient, HttpStatusCode.NotFound, "e", "d", TimeSpan.FromSeconds(7), HttpRequestError.ProxyTunnelError),
            (own.Message, own.IsTransient, own.StatusCode, own.Error, own.ErrorDescription, own.RetryAfter, own.HttpRequestError));
    }

    [Fact]
    public void ForBackoff_OfAFailure_SaysHowLongAndWhy()
    {
        TokenRequestException own = Failure.ForBackoff(TimeSpan.FromSeconds(3.25));

        Assert.Equal("No token request is sent for another 3.3 s because the last one failed: refused", own.Message);
        Assert.Equal((TimeSpan.FromSeconds(3.25), HttpStatusCode.NotFound, "invalid_client"), (own.RetryAfter, own.StatusCode, own.Error));
        Assert.Same(Failure, own.InnerException);
    }
}
