using System.Net;
using System.Text;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>Bodies that aren't OAuth responses, such as a gateway's page or a truncated body: described, never quoted, and transient.</summary>
public sealed class TokenResponseUnreadableTests
{
    private const string Prefix = "The token endpoint https://accounts.spotify.com/api/token returned ";

    public static TheoryData<string> NotJson =>
    [
        "<html><body>access_token</body></html>",
        "access_token=BQ&token_type=bearer&expires_in=3600",
        "{'access_token':'BQ','token_type':'bearer'}",
        """{"access_token":"BQ","token_type":"bearer",}""",
        """{"access_token":"BQ","token_type":"bearer"} x""",
        """{"access_token":"BQ","token_type":"bearer"}{}""",
        """{"access_token":"BQ","token_type":"bearer"/**/}""",
        """{"access_token":"BQ","token_type":"bearer","expires_in":NaN}""",
        """{"access_token":"BQ","token_type":"bearer","expires_in":0x10}""",
        """{"access_token":"BQ","token_type":"bearer","expires_in":03600}""",
        """{"access_token":"BQ","token_type":"bearer","x":"\q"}""",
        "{\"access_token\":\"B\nQ\",\"token_type\":\"bearer\"}",
        "\uFEFF\uFEFF" + Responses.Good,
        "   ",
        """{"\ud800":1,"access_token":"BQ","token_type":"bearer"}""",
        """{"access_token":"BQ","token_type":"bearer","x\udc00y":{}}""",
        "\uFEFF",
        "\0",
    ];

    [Theory]
    [MemberData(nameof(NotJson))]
    public void ReadToken_OfABodyThatIsNotJson_DescribesMediaTypeAndLength(string body)
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.OK, body, "text/html").Failure();

        Assert.Equal($"{Prefix}200 with {Encoding.UTF8.GetByteCount(body)} bytes of text/html, which are not an OAuth response.", failure.Message);
        Assert.True(failure.IsTransient);
        Assert.Equal((HttpStatusCode.OK, null, null), (failure.StatusCode, failure.Error, failure.ErrorDescription));
    }

    [Theory]
    [InlineData("n")]
    [InlineData("{\"a\":t")]
    [InlineData("{\"a\":\"\\\"\",\"b\":[fals")]
    public void ReadToken_OfAMisspelledLiteral_AllocatesLessThanAMegabyte(string beginning)
    {
        var response = Responses.Of(HttpStatusCode.OK, beginning.PadRight(64 * 1024, 'x'));
        _ = response.Failure();

        long before = GC.GetAllocatedBytesForCurrentThread();
        TokenRequestException failure = response.Failure();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        Assert.Equal($"{Prefix}200 with 65536 bytes of application/json, which are not an OAuth response.", failure.Message);
    }

    [Fact]
    public void ReadToken_OfABodyTruncatedAnywhere_IsTransient()
    {
        for (int length = 1; length < Responses.Good.Length; length++)
        {
            TokenRequestException failure = Responses.Of(HttpStatusCode.OK, Responses.Good[..length]).Failure();

            Assert.Equal($"{Prefix}200 with {length} bytes of application/json, which are not an OAuth response.", failure.Message);
            Assert.True(failure.IsTransient);
        }
    }

    public static TheoryData<byte[]> NotUtf8 =>
    [
        Encoding.Unicode.GetBytes(Responses.Good),
        [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Responses.Good)],
        Encoding.BigEndianUnicode.GetBytes(Responses.Good),
        Encoding.UTF32.GetBytes(Responses.Good),
        Encoding.Latin1.GetBytes(Responses.Good.Replace("NgCX", "\u00c4", StringComparison.Ordinal)),
        Encoding.Latin1.GetBytes("""{"access_token":"BQ","token_type":"bearer","scope":"Ã("}"""),
        Encoding.Latin1.GetBytes("{\"access_token\":\"BQ\",\"token_type\":\"bearer\",\"scope\":\"\u00ed\u00a0\u0080\"}"),
        Encoding.Latin1.GetBytes("{\"access_token\":\"BQ\",\"token_type\":\"bearer\",\"\u00ff\":1}"),
        [0xEF, 0xBB, .. Encoding.UTF8.GetBytes(Responses.Good)],
    ];

    [Theory]
    [MemberData(nameof(NotUtf8))]
    public void ReadToken_OfABodyThatIsNotUtf8_DescribesIt(byte[] body)
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.OK, body).Failure();

        Assert.Equal($"{Prefix}200 with {body.Length} bytes of application/json, which are not an OAuth response.", failure.Message);
        Assert.True(failure.IsTransient);
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('[', ' ')]
    public void ReadToken_WithDeepNesting_DescribesIt(char open, char close)
    {
        string body = new string(open, 30_000) + new string(close, 30_000);

        Assert.Equal($"{Prefix}200 with 60000 bytes of application/json, which are not an OAuth response.", Responses.Of(HttpStatusCode.OK, body).Failure().Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public void ReadToken_OfAnEmptyBody_SaysSo(HttpStatusCode status)
    {
        TokenRequestException failure = Responses.Of(status, "", mediaType: null).Failure();

        Assert.Equal($"{Prefix}{(int)status} with an empty body.", failure.Message);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public void ReadToken_WithoutAMediaType_SaysSo() =>
        Assert.Equal($"{Prefix}502 with 4 bytes of unnamed media type, which are not an OAuth response.", Responses.Of(HttpStatusCode.BadGateway, "oops", mediaType: null).Failure().Message);

    [Fact]
    public void ReadToken_OfJsonOfMoreThan64KiB_IsRefused()
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.OK, Responses.Good.PadRight((64 * 1024) + 1)).Failure();

        Assert.Equal($"{Prefix}200 with more than 65536 bytes of application/json, which are not an OAuth response.", failure.Message);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public void ReadToken_WithAContentEncoding_IsRefusedAsUnreadable()
    {
        TokenRequestException failure = Responses.Of(HttpStatusCode.OK, Responses.Good, contentEncoding: "gzip").Failure();

        Assert.Equal($"{Prefix}200 with content encoding gzip, which the request doesn't accept.", failure.Message);
        Assert.True(failure.IsTransient);
    }
}
