using System.Net;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>The errors that Spotify sends, and which failures are permanent.</summary>
public sealed class TokenResponseErrorTests
{
    private const string Prefix = "The token endpoint https://accounts.spotify.com/api/token returned ";

    [Theory]
    [InlineData(400, """{"error":"invalid_client","error_description":"Invalid client"}""", "invalid_client", "Invalid client", false)]
    [InlineData(400, """{"error":"invalid_client","error_description":"Invalid client secret"}""", "invalid_client", "Invalid client secret", false)]
    [InlineData(400, """{"error":"invalid_client"}""", "invalid_client", null, false)]
    [InlineData(400, """{"error":"unsupported_grant_type","error_description":"grant_type parameter is missing"}""", "unsupported_grant_type", "grant_type parameter is missing", false)]
    [InlineData(400, """{"error":"unsupported_grant_type","error_description":"grant_type X is not supported"}""", "unsupported_grant_type", "grant_type X is not supported", false)]
    [InlineData(415, """{"error":"server_error","error_description":"Unexpected status: 415"}""", "server_error", "Unexpected status: 415", false)]
    [InlineData(500, """{"error":"server_error"}""", "server_error", null, true)]
    public void ReadToken_OfAnErrorThatSpotifySends_ThrowsItsDetails(int status, string body, string error, string? description, bool isTransient)
    {
        TokenRequestException failure = Responses.Of((HttpStatusCode)status, body).Failure();

        Assert.Equal((HttpStatusCode)status, failure.StatusCode);
        Assert.Equal((error, description, isTransient), (failure.Error, failure.ErrorDescription, failure.IsTransient));
        Assert.StartsWith($"{Prefix}{status}: {(description is null ? error : $"{error} ({description})")}.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadToken_OfADescriptionWithoutAnError_ShowsIt()
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.ServiceUnavailable, """{"error_description":"come back later"}""").Failure();

        Assert.Equal((null, "come back later", true), (failure.Error, failure.ErrorDescription, failure.IsTransient));
        Assert.Equal($"{Prefix}503 with 39 bytes of application/json, which are not an OAuth response: come back later.", failure.Message);
    }

    [Theory]
    [InlineData(503, "text/html", "<html><head><title>503 Service Temporarily Unavailable</title></head></html>")]
    [InlineData(503, "text/plain", "upstream connect error or disconnect/reset before headers. reset reason: connection termination")]
    [InlineData(502, "text/plain", "upstream connect error or disconnect/reset before headers. reset reason: connection termination")]
    public void ReadToken_OfAGatewaysPage_DescribesItWithoutQuoting(int status, string mediaType, string body)
    {
        TokenRequestException failure = Responses.Of((HttpStatusCode)status, body, mediaType).Failure();

        Assert.Equal($"{Prefix}{status} with {body.Length} bytes of {mediaType}, which are not an OAuth response.", failure.Message);
        Assert.Equal((null, null, true), (failure.Error, failure.ErrorDescription, failure.IsTransient));
    }

    [Theory]
    [InlineData(200, false, false, false, true)]
    [InlineData(201, true, true, true, true)]
    [InlineData(204, true, true, true, true)]
    [InlineData(302, true, true, true, true)]
    [InlineData(400, false, true, true, true)]
    [InlineData(401, false, false, false, false)]
    [InlineData(403, false, true, true, true)]
    [InlineData(404, false, true, true, true)]
    [InlineData(408, true, true, true, true)]
    [InlineData(415, false, false, false, false)]
    [InlineData(422, false, true, true, true)]
    [InlineData(429, true, true, true, true)]
    [InlineData(499, false, true, true, true)]
    [InlineData(500, true, true, true, true)]
    [InlineData(503, true, true, true, true)]
    [InlineData(599, true, true, true, true)]
    public void IsTransient_ForAStatusAndBody_FollowsTheRule(int status, bool withError, bool withNullError, bool withOtherJson, bool withHtml)
    {
        Assert.Equal(withError, IsTransient("""{"error":"invalid_scope"}"""));
        Assert.Equal(withError, IsTransient("""{"error":{"status":400,"message":"no"}}"""));
        Assert.Equal(withNullError, IsTransient("""{"error":null}"""));
        Assert.Equal(withOtherJson, IsTransient("""{"message":"no"}"""));
        Assert.Equal(withOtherJson, IsTransient("[\"error\"]"));
        Assert.Equal(withHtml, IsTransient("<html>error</html>"));
        Assert.Equal(withHtml, IsTransient(""));

        bool IsTransient(string body) => Responses.Of((HttpStatusCode)status, body).Failure().IsTransient;
    }

    [Theory]
    [InlineData(201)]
    [InlineData(203)]
    [InlineData(206)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(500)]
    public void ReadToken_OfATokenWithAStatusOtherThan200_IsRefused(int status) =>
        Assert.Equal((HttpStatusCode)status, Responses.Of((HttpStatusCode)status, Responses.Good).Failure().StatusCode);

    [Theory]
    [InlineData("Spotify", "", "Check Spotify:ClientId and Spotify:ClientSecret: both must")]
    [InlineData("Music:Spotify", "second", "Check Music:Spotify:ClientId and Music:Spotify:ClientSecret: both must")]
    [InlineData(null, "", "Check SpotifyClientCredentialsOptions.ClientId and SpotifyClientCredentialsOptions.ClientSecret: both must")]
    public void Message_OfInvalidClientOr401_NamesTheConfigurationKeys(string? section, string appName, string remedy)
    {
        OptionsSnapshot options = new(TestOptions.Create(), appName, new ConfigurationKeys(appName) { SectionPath = section }.Credentials);

        Assert.Contains(remedy, Responses.Of(HttpStatusCode.BadRequest, """{"error":"invalid_client"}""").Failure(options).Message, StringComparison.Ordinal);
        Assert.Contains(remedy, Responses.Of(HttpStatusCode.Unauthorized, "").Failure(options).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Check", Responses.Of(HttpStatusCode.BadRequest, """{"error":"invalid_scope"}""").Failure(options).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":7,"error_description":["x"]}""")]
    [InlineData("""{"error":"\ud800","error_description":"\udc00"}""")]
    [InlineData("""{"error":{},"error_description":null}""")]
    public void ReadToken_WithErrorsThatAreNotStrings_OmitsThem(string body)
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.BadRequest, body).Failure();

        Assert.Equal((null, null, false), (failure.Error, failure.ErrorDescription, failure.IsTransient));
        Assert.Equal($"{Prefix}400.", failure.Message);
    }

    [Fact]
    public void ReadToken_WithDuplicateErrors_UsesTheLast() =>
        Assert.Equal("last", Responses.Of(HttpStatusCode.BadRequest, """{"error":"first","error":"last"}""").Failure().Error);

    [Fact]
    public void ReadToken_WithRetryAfter_ThrowsWithIt()
    {
        TokenResponse response = new() { Status = HttpStatusCode.TooManyRequests, Body = default, RetryAfter = TimeSpan.FromSeconds(7) };

        Assert.Equal(TimeSpan.FromSeconds(7), response.Failure().RetryAfter);
    }
}
