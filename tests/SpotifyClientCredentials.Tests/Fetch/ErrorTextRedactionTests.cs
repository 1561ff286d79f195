using System.Net;
using System.Text.Json;
using RichardSzalay.MockHttp;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>A server that echoes a secret, in each text of its response that the library shows.</summary>
public sealed class ErrorTextRedactionTests
{
    private const string RejectedToken = "BQrejectedrejected-_";
    private const string NewToken = "BQnewnewnewnewnew-_";
    private static readonly OptionsSnapshot Options = TestOptions.CreateValid();
    private static readonly AccessToken Rejected = new(RejectedToken, DateTimeOffset.UnixEpoch);

    public static TheoryData<string> Echoes => [TestOptions.ClientSecret, Options.BasicValue, RejectedToken, $"{TestOptions.ClientId}:{TestOptions.ClientSecret}"];

    [Theory]
    [MemberData(nameof(Echoes))]
    public void ErrorAndDescription_WithAnEcho_AreRedacted(string echo)
    {
        string text = JsonSerializer.Serialize($"got {echo}");
        TokenRequestException failure = Responses.Of(HttpStatusCode.BadRequest, $$"""{"error":{{text}},"error_description":{{text}}}""").Failure(Options, Rejected);

        string prefix = echo.StartsWith(TestOptions.ClientId, StringComparison.Ordinal) ? TestOptions.ClientId + ":" : "";
        Assert.Equal($"got {prefix}[redacted]", failure.Error);
        Assert.Equal($"got {prefix}[redacted]", failure.ErrorDescription);
        AssertNoSecret(failure);
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public void MediaType_WithAnEcho_IsRedacted(string echo)
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.BadGateway, "oops", $"text/{echo}").Failure(Options, Rejected);

        Assert.Contains("4 bytes of text/", failure.Message, StringComparison.Ordinal);
        AssertNoSecret(failure);
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public void ContentEncoding_WithAnEcho_IsRedacted(string echo)
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.OK, "oops", contentEncoding: echo).Failure(Options, Rejected);

        Assert.Contains("content encoding ", failure.Message, StringComparison.Ordinal);
        AssertNoSecret(failure);
    }

    [Theory]
    [InlineData($$"""{"access_token":"{{NewToken}}","token_type":"mac","error":"{{NewToken}}","error_description":"not {{NewToken}}"}""")]
    [InlineData($$"""{"access_token":"{{NewToken}}\n","token_type":"bearer","error":"{{NewToken}}","error_description":"{{NewToken}} {{NewToken}}\n"}""")]
    public void ErrorAndDescription_WithTheTokenOfTheSameBody_AreRedacted(string body) =>
        AssertNoSecret(Responses.Of(HttpStatusCode.OK, body).Failure(Options, Rejected));

    [Fact]
    public void ErrorAndDescription_WithAControlCharacterInsideAnEcho_AreRedacted()
    {
        string body = """{"error":"BQrejected\u0000rejected-_","error_description":"BQreject\r\nedrejected-\u007f_"}""";
        TokenRequestException failure = Responses.Of(HttpStatusCode.BadRequest, body).Failure(Options, Rejected);

        Assert.Equal(("[redacted]", "[redacted]"), (failure.Error, failure.ErrorDescription));
    }

    [Fact]
    public void ErrorAndDescription_WithAnEchoAcrossTheLimit_AreRedactedAndTruncated()
    {
        string body = $$"""{"error":"{{new string('e', 60)}}{{RejectedToken}}","error_description":"{{new string('d', 250)}}{{RejectedToken}}"}""";
        TokenRequestException failure = Responses.Of(HttpStatusCode.BadRequest, body).Failure(Options, Rejected);

        Assert.Equal(new string('e', 60) + "[red", failure.Error);
        Assert.Equal(new string('d', 250) + "[redac", failure.ErrorDescription);
    }

    [Fact]
    public void ErrorAndDescription_WithControlCharacters_OmitThem()
    {
        TokenRequestException failure = Responses.Of(
            HttpStatusCode.BadRequest, """{"error":"a\r\nb","error_description":"\u001b[31mc\u0000\u202e\u2028d"}""").Failure(Options, Rejected);

        Assert.Equal(("ab", "[31mcd"), (failure.Error, failure.ErrorDescription));
        Assert.DoesNotContain(failure.Message, char.IsControl);
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public void MessageOfAnErrorObject_WithAnEcho_IsRedactedCleanedAndTruncated(string echo)
    {
        string text = JsonSerializer.Serialize($"got\r\n{echo}{new string('x', 300)}");
        TokenRequestException failure = Responses.Of(HttpStatusCode.Forbidden, $$$"""{"error":{"status":403,"message":{{{text}}}}}""").Failure(Options, Rejected);

        Assert.StartsWith("got", failure.ErrorDescription, StringComparison.Ordinal);
        Assert.Contains("[redacted]x", failure.ErrorDescription, StringComparison.Ordinal);
        Assert.Equal(256, failure.ErrorDescription!.Length);
        AssertNoSecret(failure);
    }

    [Fact]
    public void ErrorAndDescription_WithAPasswordInAnAddress_AreRedacted()
    {
        string body = """{"error":"via http://user:pw@proxy:8080/","error_description":"via http://user:pw@proxy:8080/"}""";
        TokenRequestException failure = Responses.Of(HttpStatusCode.BadGateway, body, "text/http://user:pw@proxy").Failure(Options, Rejected);

        Assert.Equal(("via http://[redacted]@proxy:8080/", "via http://[redacted]@proxy:8080/"), (failure.Error, failure.ErrorDescription));
        Assert.DoesNotContain("pw", failure.AllText(), StringComparison.Ordinal);
    }

    [Fact]
    public void MediaTypeAndContentEncoding_ThatAreLong_AreTruncated()
    {
        string endless = new('m', 10_000);

        Assert.Contains($" bytes of {endless[..256]}, which", Responses.Of(HttpStatusCode.OK, "oops", endless).Failure().Message, StringComparison.Ordinal);
        Assert.Contains($" encoding {endless[..256]}, which", Responses.Of(HttpStatusCode.OK, "oops", contentEncoding: endless).Failure().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadToken_OfALongTokenWithAnInvisibleCharacter_AllocatesLittle()
    {
        TokenResponse response = Responses.Of(HttpStatusCode.OK, $$"""{"access_token":"{{new string('x', 2000)}}​==","token_type":"bearer"}""");
        _ = response.Failure(Options, Rejected);

        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = response.Failure(Options, Rejected);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * 1024);
    }

    [Fact]
    public async Task AcquireAsync_AheadOfExpiryWithAnErrorThatRepeatsTheCurrentToken_RedactsIt()
    {
        AcquiredToken current = new(new AccessToken(RejectedToken, DateTimeOffset.MaxValue), IssuedAt: 0, TimeSpan.FromHours(1), TimeSpan.FromMinutes(55));
        using MockHttpMessageHandler http = new();
        http.When("*").Respond(HttpStatusCode.BadRequest, "application/json", $$"""{"error":"{{RejectedToken}}"}""");

        TokenRequestException failure = await FailAsync(http.ToHttpClient, current);

        Assert.Equal("[redacted]", failure.Error);
        AssertNoSecret(failure);
    }

    [Fact]
    public async Task AcquireAsync_WithoutAClientWhoseFailureContainsTheSecret_ShowsNoneOfIt()
    {
        TokenRequestException failure = await FailAsync(() => throw new InvalidOperationException($"no {TestOptions.ClientSecret}"));

        Assert.Equal(("The HttpClient for the token request can't be created: no [redacted]", false), (failure.Message, failure.IsTransient));
        Assert.Null(failure.InnerException);
    }

    [Fact]
    [ExcludedFromSecrecyRun("Its handler quotes a token, and .NET reports it before the library can redact it.")]
    public async Task AcquireAsync_WithMalformedHttpInsideAnotherException_ShowsNoneOfIt()
    {
        using MockHttpMessageHandler http = new();
        http.When("*").Throw(new IOException("a handler's", new HttpRequestException(HttpRequestError.InvalidResponse, $"invalid line '{NewToken}'")));

        TokenRequestException failure = await FailAsync(http.ToHttpClient);

        Assert.EndsWith(" failed: The response is not valid HTTP.", failure.Message, StringComparison.Ordinal);
        AssertNoSecret(failure);
    }

    private static Task<TokenRequestException> FailAsync(Func<HttpClient> createClient, AcquiredToken? current = null)
    {
        OptionsSnapshot options = TestOptions.CreateValid();
        TokenEndpointClient client = new(createClient, TimeProvider.System, Telemetry.Shared);
        AcquisitionRequest request = new(options, TimeProvider.System.GetTimestamp()) { Current = current, IsAhead = current is not null };
        return Assert.ThrowsAsync<TokenRequestException>(() => client.AcquireAsync(request, CancellationToken.None));
    }

    private static void AssertNoSecret(TokenRequestException failure)
    {
        foreach (string secret in (string[])[TestOptions.ClientSecret, Options.BasicValue, RejectedToken, NewToken])
        {
            Assert.DoesNotContain(secret, failure.AllText(), StringComparison.OrdinalIgnoreCase);
        }
    }
}
