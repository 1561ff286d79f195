using System.Net;
using System.Text;

namespace SpotifyClientCredentials.Tests.Fetch;

public sealed class TokenResponseSuccessTests
{
    [Theory]
    [InlineData("""{"access_token":"NgCXRKc-MzYjw","token_type":"bearer","expires_in":3600}""", "NgCXRKc-MzYjw")]
    [InlineData("""{"access_token":"BQ_x","token_type":"Bearer","expires_in":3600,"scope":""}""", "BQ_x")]
    [InlineData("""{"scope":{"a":[1,null]},"expires_in":3600,"token_type":"BEARER","access_token":"BQ","refresh_token":7}""", "BQ")]
    [InlineData(""" { "access_token" : "BQ" , "token_type" : "bEaReR" } """, "BQ")]
    [InlineData("""{"\u0061ccess_token":"\u0042Q","token_type":"be\u0061rer"}""", "BQ")]
    [InlineData("""{"a":[true,false,null,"nil \" nil","\\"],"n":{"t\\":false},"access_token":"BQ","token_type":"bearer"}""", "BQ")]
    [InlineData("""{"access_token":"BQ","token_type":"bearer","Access_Token":"x","ACCESS_TOKEN":"y","error":"server_error"}""", "BQ")]
    public void ReadToken_OfABearerTokenForAnHour_ReturnsIt(string body, string token)
    {
        (string AccessToken, TimeSpan Lifetime) granted = Responses.Of(HttpStatusCode.OK, body).Token();

        Assert.Equal(token, granted.AccessToken);
        Assert.Equal(TimeSpan.FromHours(1), granted.Lifetime);
    }

    [Theory]
    [InlineData("3600", 36_000_000_000)]
    [InlineData("\"3600\"", 36_000_000_000)]
    [InlineData("\"0003600\"", 36_000_000_000)]
    [InlineData("3.6e3", 36_000_000_000)]
    [InlineData("null", 36_000_000_000)]
    [InlineData("3600.5", 36_005_000_000)]
    [InlineData("1", 10_000_000)]
    [InlineData("0.5", 5_000_000)]
    [InlineData("0.000001", 10)]
    [InlineData("86399", 863_990_000_000)]
    [InlineData("86400", 864_000_000_000)]
    [InlineData("86400.1", 864_000_000_000)]
    [InlineData("86401", 864_000_000_000)]
    [InlineData("1e18", 864_000_000_000)]
    [InlineData("1e999", 864_000_000_000)]
    [InlineData("9223372036854775808", 864_000_000_000)]
    [InlineData("\"99999999999999999999999999999999\"", 864_000_000_000)]
    public void ReadToken_WithExpiresIn_ReturnsThatLifeUpToADay(string expiresIn, long ticks)
    {
        string body = $$"""{"access_token":"BQ","token_type":"bearer","expires_in":{{expiresIn}}}""";

        Assert.Equal(ticks, Responses.Of(HttpStatusCode.OK, body).Token().Lifetime.Ticks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadToken_WithThousandsOfDigitsInExpiresIn_ReturnsALifeOfADay(bool asText)
    {
        string quote = asText ? "\"" : "";
        string body = $$"""{"access_token":"BQ","token_type":"bearer","expires_in":{{quote}}{{new string('9', 5000)}}{{quote}}}""";

        Assert.Equal(TimeSpan.FromDays(1), Responses.Of(HttpStatusCode.OK, body).Token().Lifetime);
    }

    [Fact]
    public void ReadToken_WithAByteOrderMark_ReturnsTheToken() =>
        Assert.Equal("NgCXRKc-MzYjw", Responses.Of(HttpStatusCode.OK, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Responses.Good)]).Token().AccessToken);

    [Theory]
    [InlineData("a")]
    [InlineData("abcxyzABCXYZ0189-._~+/")]
    [InlineData("BQ=")]
    [InlineData("BQ==")]
    [InlineData("BQ=====")]
    public void ReadToken_WithEveryCharacterOfABearerToken_ReturnsIt(string token) =>
        Assert.Equal(token, Responses.Of(HttpStatusCode.OK, $$"""{"access_token":"{{token}}","token_type":"bearer"}""").Token().AccessToken);

    [Fact]
    public void ReadToken_WithATokenOf60KB_ReturnsIt()
    {
        string token = new('t', 60 * 1024);

        Assert.Equal(token, Responses.Of(HttpStatusCode.OK, $$"""{"access_token":"{{token}}","token_type":"bearer"}""").Token().AccessToken);
    }

    [Fact]
    public void ReadToken_WithABodyOfExactly64KiB_ReturnsTheToken() =>
        Assert.Equal("NgCXRKc-MzYjw", Responses.Of(HttpStatusCode.OK, Responses.Good.PadRight(64 * 1024)).Token().AccessToken);

    [Theory]
    [InlineData("""{"access_token":"first","access_token":"last","token_type":"bearer"}""")]
    [InlineData("""{"access_token":null,"token_type":"mac","expires_in":-1,"access_token":"last","token_type":"bearer","expires_in":3600}""")]
    [InlineData("""{"access_token":"last","token_type":"bearer","expires_in":60,"expires_in":null}""")]
    [InlineData("""{"access_token":"first","token_type":"bearer","\u0061ccess_token":"last"}""")]
    public void ReadToken_WithDuplicateKeys_UsesTheLast(string body)
    {
        (string AccessToken, TimeSpan Lifetime) granted = Responses.Of(HttpStatusCode.OK, body).Token();

        Assert.Equal("last", granted.AccessToken);
        Assert.Equal(TimeSpan.FromHours(1), granted.Lifetime);
    }

    [Theory]
    [InlineData("\"scope\":\"\\ud800\"")]
    [InlineData("\"scope\":{\"\\udfff\":\"\\ud800\"}")]
    [InlineData("\"\":0")]
    [InlineData("\"scope\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    public void ReadToken_WithAnUnknownField_IgnoresIt(string field)
    {
        Assert.Equal("BQ", Responses.Of(HttpStatusCode.OK, $$"""{{{field}},"access_token":"BQ","token_type":"bearer"}""").Token().AccessToken);
        Assert.Equal("BQ", Responses.Of(HttpStatusCode.OK, $$"""{"access_token":"BQ","token_type":"bearer",{{field}}}""").Token().AccessToken);
    }
}
