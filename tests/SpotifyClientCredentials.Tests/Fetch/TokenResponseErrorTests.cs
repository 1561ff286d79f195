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
    [InlineData(201, true, true)]
    [InlineData(204, true, true)]
    [InlineData(299, true, true)]
    [InlineData(300, false, false)]
    [InlineData(302, false, false)]
    [InlineData(304, false, false)]
    [InlineData(399, false, false)]
    [InlineData(400, false, true)]
    [InlineData(401, false, false)]
    [InlineData(403, false, true)]
    [InlineData(404, false, false)]
    [InlineData(405, false, false)]
    [InlineData(406, false, true)]
    [InlineData(407, false, true)]
    [InlineData(408, true, true)]
    [InlineData(414, false, true)]
    [InlineData(415, false, false)]
    [InlineData(429, true, true)]
    [InlineData(499, false, true)]
    [InlineData(500, true, true)]
    [InlineData(503, true, true)]
    [InlineData(599, true, true)]
    public void IsTransient_ForAStatusOtherThan200_DependsOnItAndOnWhetherTheBodyHasAnError(int status, bool withError, bool otherwise)
    {
        foreach (string error in (string[])["\"invalid_scope\"", """{"status":400,"message":"no"}""", "7", "[]", "false", "\"\""])
        {
            Assert.Equal(withError, IsTransient($$"""{"error":{{error}}}"""));
        }

        foreach (string body in (string[])["""{"error":null}""", """{"message":"no"}""", "[\"error\"]", "null", "<html>error</html>", ""])
        {
            Assert.Equal(otherwise, IsTransient(body));
        }

        Assert.Equal(otherwise, Responses.Of((HttpStatusCode)status, """{"error":"encoded"}""", contentEncoding: "gzip").Failure().IsTransient);
        Assert.Equal(otherwise, Responses.Of((HttpStatusCode)status, """{"error":"too long"}""".PadRight((64 * 1024) + 1)).Failure().IsTransient);

        bool IsTransient(string body) => Responses.Of((HttpStatusCode)status, body).Failure().IsTransient;
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"error":"server_error"}""", false)]
    [InlineData("""{"message":"no"}""", false)]
    [InlineData("""{"access_token":"BQ","token_type":"mac"}""", false)]
    [InlineData("[]", true)]
    [InlineData("null", true)]
    [InlineData("\"BQ\"", true)]
    [InlineData("<html>error</html>", true)]
    [InlineData("""{"access_token":"BQ","token_type":"mac" """, true)]
    [InlineData("", true)]
    public void IsTransient_For200_DependsOnWhetherTheBodyIsAnObject(string body, bool isTransient)
    {
        Assert.Equal(isTransient, Responses.Of(HttpStatusCode.OK, body).Failure().IsTransient);
        Assert.True(Responses.Of(HttpStatusCode.OK, body, contentEncoding: "gzip").Failure().IsTransient);
        Assert.True(Responses.Of(HttpStatusCode.OK, body.PadRight((64 * 1024) + 1)).Failure().IsTransient);
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
        OptionsSnapshot options = new ConfigurationKeys(appName) { SectionPath = section }.Snapshot(TestOptions.Create());

        Assert.Contains(remedy, Responses.Of(HttpStatusCode.BadRequest, """{"error":"invalid_client"}""").Failure(options).Message, StringComparison.Ordinal);
        Assert.Contains(remedy, Responses.Of(HttpStatusCode.Unauthorized, "").Failure(options).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Check", Responses.Of(HttpStatusCode.BadRequest, """{"error":"invalid_scope"}""").Failure(options).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "", "Check SpotifyClientCredentialsOptions.TokenEndpoint: there")]
    [InlineData("Spotify", "", "Check Spotify:TokenEndpoint: there is no token endpoint at this address.")]
    [InlineData("Music:Spotify", "second", "Check Music:Spotify:TokenEndpoint: there")]
    public void Message_WhereThereIsNoTokenEndpoint_NamesItsConfigurationKey(string? section, string appName, string remedy)
    {
        OptionsSnapshot options = new ConfigurationKeys(appName) { SectionPath = section }.Snapshot(TestOptions.Create());

        foreach (int status in (int[])[301, 302, 307, 404, 405])
        {
            Assert.Contains(remedy, Responses.Of((HttpStatusCode)status, "<html/>").Failure(options).Message, StringComparison.Ordinal);
            Assert.Contains(remedy, Responses.Of((HttpStatusCode)status, """{"error":"not_found"}""").Failure(options).Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Check", Responses.Of(HttpStatusCode.Forbidden, "").Failure(options).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, """{"error":{"status":403,"message":"Forbidden"}}""", "Forbidden", false)]
    [InlineData(503, """{"error":{"code":503,"message":"Try again","status":"UNAVAILABLE"}}""", "Try again", true)]
    [InlineData(400, """{"error":{"message":"of the object"},"error_description":"its own"}""", "its own", false)]
    public void ReadToken_OfAnErrorObject_ShowsItsMessageAsDescription(int status, string body, string description, bool isTransient)
    {
        TokenRequestException failure = Responses.Of((HttpStatusCode)status, body).Failure();

        Assert.Equal((null, description, isTransient), (failure.Error, failure.ErrorDescription, failure.IsTransient));
        Assert.Equal($"{Prefix}{status}: {description}.", failure.Message);
    }

    [Theory]
    [InlineData("""{"error":7,"error_description":["x"]}""")]
    [InlineData("""{"error":"\ud800","error_description":"\udc00"}""")]
    [InlineData("""{"error":{},"error_description":null}""")]
    [InlineData("""{"error":{"message":7}}""")]
    [InlineData("""{"error":{"message":null}}""")]
    [InlineData("""{"error":{"error":{"message":"deeper"}}}""")]
    [InlineData("""{"error":[{"message":"in an array"}]}""")]
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
