using System.Net;
using System.Text;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>A 200 with a JSON body that contains no usable token.</summary>
public sealed class TokenResponseFaultTests
{
    private const string Illegal = "access_token contains a character that a bearer token can't have (RFC 6750, section 2.1)";

    [Theory]
    [InlineData("\"\"", "access_token is empty or not a string")]
    [InlineData("7", "access_token is empty or not a string")]
    [InlineData("true", "access_token is empty or not a string")]
    [InlineData("[\"BQ\"]", "access_token is empty or not a string")]
    [InlineData("{\"a\":\"BQ\"}", "access_token is empty or not a string")]
    [InlineData("\"\\ud800\"", "access_token is empty or not a string")]
    [InlineData("\"BQ\\udc00BQ\"", "access_token is empty or not a string")]
    [InlineData("null", "access_token is missing")]
    [InlineData("\"BQ\\r\\nX-Evil: 1\"", Illegal)]
    [InlineData("\"BQ\\r\"", Illegal)]
    [InlineData("\"\\nBQ\"", Illegal)]
    [InlineData("\"BQ\\u0000\"", Illegal)]
    [InlineData("\"B\\tQ\"", Illegal)]
    [InlineData("\"B\\u001bQ\"", Illegal)]
    [InlineData("\"B\\u007fQ\"", Illegal)]
    [InlineData("\"B\\u0085Q\"", Illegal)]
    [InlineData("\"B Q\"", Illegal)]
    [InlineData("\" BQ\"", Illegal)]
    [InlineData("\"BQ \"", Illegal)]
    [InlineData("\"B\\u00a0Q\"", Illegal)]
    [InlineData("\"BÄQ\"", Illegal)]
    [InlineData("\"B\\u0130Q\"", Illegal)]
    [InlineData("\"B\\u0663Q\"", Illegal)]
    [InlineData("\"B\\uff21Q\"", Illegal)]
    [InlineData("\"B\\u2028Q\"", Illegal)]
    [InlineData("\"B\\ud83c\\udfb5Q\"", Illegal)]
    [InlineData("\"=BQ\"", Illegal)]
    [InlineData("\"B=Q\"", Illegal)]
    [InlineData("\"B==Q=\"", Illegal)]
    [InlineData("\"=\"", Illegal)]
    [InlineData("\"==\"", Illegal)]
    public void ReadToken_WithAnInvalidAccessToken_NamesTheField(string accessToken, string fault) =>
        AssertFault($$"""{"access_token":{{accessToken}},"token_type":"bearer","expires_in":3600}""", fault);

    public static TheoryData<char> IllegalPunctuation => [.. "!\"#$%&'()*,:;<>?@[\\]^`{|}"];

    [Theory]
    [MemberData(nameof(IllegalPunctuation))]
    public void ReadToken_WithInvalidPunctuationInTheToken_NamesTheField(char c) =>
        AssertFault($$"""{"access_token":"B\u{{(int)c:x4}}Q","token_type":"bearer"}""", Illegal);

    [Theory]
    [InlineData("null", "token_type is missing")]
    [InlineData("\"mac\"", "token_type is not bearer")]
    [InlineData("\"\"", "token_type is not bearer")]
    [InlineData("\"bearer \"", "token_type is not bearer")]
    [InlineData("\"bearers\"", "token_type is not bearer")]
    [InlineData("\"bear\\u0000er\"", "token_type is not bearer")]
    [InlineData("\"\\ud800\"", "token_type is not bearer")]
    [InlineData("1", "token_type is not bearer")]
    [InlineData("true", "token_type is not bearer")]
    [InlineData("[\"bearer\"]", "token_type is not bearer")]
    public void ReadToken_WithAnotherTokenType_NamesTheField(string tokenType, string fault) =>
        AssertFault($$"""{"access_token":"BQ","token_type":{{tokenType}},"expires_in":3600}""", fault);

    [Theory]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("0.0")]
    [InlineData("0e9")]
    [InlineData("-0.5")]
    [InlineData("-1e999")]
    [InlineData("1e-9")]
    [InlineData("1e-999")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("{}")]
    [InlineData("[3600]")]
    [InlineData("\"\"")]
    [InlineData("\"0\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"+3600\"")]
    [InlineData("\" 3600\"")]
    [InlineData("\"3600\\n\"")]
    [InlineData("\"3600.5\"")]
    [InlineData("\"3,600\"")]
    [InlineData("\"1e3\"")]
    [InlineData("\"0xE10\"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("\"an hour\"")]
    [InlineData("\"\\u0663\\u0666\\u0660\\u0660\"")]
    [InlineData("\"\\ud800\"")]
    public void ReadToken_WithoutAPositiveNumberOfSeconds_NamesTheField(string expiresIn) =>
        AssertFault($$"""{"access_token":"BQ","token_type":"bearer","expires_in":{{expiresIn}}}""", "expires_in is not a positive number of seconds");

    [Theory]
    [InlineData("{}", "access_token is missing")]
    [InlineData("""{"token_type":"bearer","expires_in":3600}""", "access_token is missing")]
    [InlineData("""{"access_token":"BQ","expires_in":3600}""", "token_type is missing")]
    [InlineData("""{"Access_Token":"BQ","token_type":"bearer"}""", "access_token is missing")]
    [InlineData("""{"access_token":"BQ","access_token":null,"token_type":"bearer"}""", "access_token is missing")]
    [InlineData("""{"access_token":"BQ","token_type":"bearer","token_type":"mac"}""", "token_type is not bearer")]
    [InlineData("""{"access_token":"BQ","token_type":"bearer","expires_in":3600,"expires_in":0}""", "expires_in is not a positive number of seconds")]
    public void ReadToken_WithoutARequiredField_NamesTheField(string body, string fault) => AssertFault(body, fault);

    // Only an object can be a response of a token endpoint: anything else comes from something in between, and may be gone soon.
    [Theory]
    [InlineData("[]")]
    [InlineData("[{\"access_token\":\"BQ\",\"token_type\":\"bearer\"}]")]
    [InlineData("\"BQ\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("3600")]
    [InlineData("null")]
    [InlineData("true")]
    public void ReadToken_OfJsonThatIsNoObject_SaysSo(string body) => AssertFault(body, "the JSON is not an object", isTransient: true);

    [Fact]
    public void ReadToken_OfAnErrorWithStatus200_NamesTheFieldAndTheError()
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.OK, """{"error":"server_error","error_description":"Sorry"}""").Failure();

        Assert.Equal("The token endpoint https://accounts.spotify.com/api/token returned 200, but access_token is missing: server_error (Sorry).", failure.Message);
        Assert.Equal(("server_error", "Sorry", false), (failure.Error, failure.ErrorDescription, failure.IsTransient));
    }

    public static TheoryData<byte> Spoilers => [0x00, 0x0A, 0x20, 0x22, 0x2D, 0x30, 0x3A, 0x5B, 0x5C, 0x65, 0x7B, 0x7D, 0x80, 0xC3, 0xED, 0xFF];

    [Theory]
    [MemberData(nameof(Spoilers))]
    public void ReadToken_WithAnyByteReplaced_ReturnsAValidTokenOrThrowsATokenRequestException(byte replacement)
    {
        byte[] good = Encoding.UTF8.GetBytes("""{"access_token":"B\u0051","token_type":"bearer","expires_in":3600,"error":"\ud83c\udfb5","x\u0041":"ä"}""");
        for (int i = 0; i < good.Length; i++)
        {
            byte[] spoiled = [.. good];
            spoiled[i] = replacement;
            (string AccessToken, TimeSpan Lifetime) granted = ("", TimeSpan.Zero);
            Exception? failure = Record.Exception(() => { granted = Responses.Of(HttpStatusCode.OK, spoiled).Token(); });

            Assert.True(
                failure is TokenRequestException || (granted.Lifetime > TimeSpan.Zero && granted.Lifetime <= TimeSpan.FromDays(1) && !granted.AccessToken.Any(char.IsControl)),
                $"Byte {i}: {failure?.GetType().Name} {granted.Lifetime}");
        }
    }

    private static void AssertFault(string body, string fault, bool isTransient = false)
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.OK, body).Failure();

        Assert.Equal($"The token endpoint https://accounts.spotify.com/api/token returned 200, but {fault}.", failure.Message);
        Assert.Equal(isTransient, failure.IsTransient);
        Assert.Equal(HttpStatusCode.OK, failure.StatusCode);
        Assert.Null(failure.Error);
    }
}
