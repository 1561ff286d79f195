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
    public void StatusCode_WhateverTheTokenEndpointReturned_IsNull()
    {
        Assert.Null(Failure.StatusCode);
        Assert.Null(Failure.ForWaiter().StatusCode);
    }

    [Fact]
    public void HttpRequestError_WithACause_IsThatOfTheCause()
    {
        Assert.Equal(HttpRequestError.ProxyTunnelError, Failure.HttpRequestError);
        Assert.Equal(HttpRequestError.ResponseEnded, new TokenRequestException("", true, new HttpIOException(HttpRequestError.ResponseEnded)).HttpRequestError);
        Assert.Equal(HttpRequestError.Unknown, new TokenRequestException("", true, new IOException()).HttpRequestError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ForWaiter_OfAFailure_IsAnotherOneThatSaysTheSameAndHoldsIt(bool isTransient)
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
    public void ForBackoff_OfAFailure_SaysHowLongItLastsAndWhyItIs()
    {
        TokenRequestException own = Failure.ForBackoff(TimeSpan.FromSeconds(3.25));

        Assert.Equal("No token request is sent for another 3.3 s, since the last one failed: refused", own.Message);
        Assert.Equal((TimeSpan.FromSeconds(3.25), HttpStatusCode.NotFound, "invalid_client"), (own.RetryAfter, own.StatusCode, own.Error));
        Assert.Same(Failure, own.InnerException);
    }
}
