using System.Net;

namespace SpotifyClientCredentials.Tests;

public sealed class TokenRequestExceptionForCallerTests
{
    private static readonly TokenRequestException Shared = new("refused", isTransient: true)
    {
        StatusCode = HttpStatusCode.ServiceUnavailable,
        Error = "server_error",
        ErrorDescription = "down",
        RetryAfter = TimeSpan.FromSeconds(7),
    };

    [Fact]
    public void ForCaller_WhoWaitedForTheRequest_IsTheSameFailureAsAnInstanceOfItsOwn()
    {
        TokenRequestException own = Shared.ForCaller(hasWaited: true, TimeSpan.FromSeconds(3));

        Assert.Same(Shared, own.InnerException);
        Assert.Equal(
            ("refused", true, HttpStatusCode.ServiceUnavailable, "server_error", "down"),
            (own.Message, own.IsTransient, own.StatusCode, own.Error, own.ErrorDescription));
    }

    [Fact]
    public void ForCaller_WhoComesDuringTheBackoff_SaysHowLongNoRequestIsSent() => Assert.Equal(
        "No token request is sent for another 3.3 s because the last one failed: refused",
        Shared.ForCaller(hasWaited: false, TimeSpan.FromSeconds(3.25)).Message);

    [Theory]
    [InlineData(3, 3)]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    public void ForCaller_WithTheRestOfTheBackoff_HasItAsRetryAfterIfThereIsOne(int left, int? expected) =>
        Assert.Equal(expected, (int?)Shared.ForCaller(hasWaited: true, TimeSpan.FromSeconds(left)).RetryAfter?.TotalSeconds);
}
