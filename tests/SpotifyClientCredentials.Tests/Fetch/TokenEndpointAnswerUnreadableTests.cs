using System.Net;
using System.Text;

namespace SpotifyClientCredentials.Tests.Wire;

/// <summary>What is no OAuth answer at all: a gateway's page, half a body, noise. Described, never quoted, and transient.</summary>
public sealed class TokenEndpointAnswerUnreadableTests
{
    private const string Prefix = "The token endpoint https://accounts.spotify.com/api/token answered ";

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
        "\uFEFF\uFEFF" + Answers.Good,
        "   ",
        """{"\ud800":1,"access_token":"BQ","token_type":"bearer"}""",
        """{"access_token":"BQ","token_type":"bearer","x\udc00y":{}}""",
        "\uFEFF",
        "\0",
    ];

    [Theory]
    [MemberData(nameof(NotJson))]
    public void ToGrantedToken_OfWhatIsNoJson_DescribesMediaTypeAndLength(string body)
    {
        TokenRequestException failure = Answers.Of(HttpStatusCode.OK, body, "text/html").Failure();

        Assert.Equal($"{Prefix}200 with {Encoding.UTF8.GetByteCount(body)} bytes of text/html, which are no OAuth answer.", failure.Message);
        Assert.True(failure.IsTransient);
        Assert.Equal((HttpStatusCode.OK, null, null), (failure.TokenEndpointStatusCode, failure.Error, failure.ErrorDescription));
    }

    [Theory]
    [InlineData("n")]
    [InlineData("{\"a\":t")]
    [InlineData("{\"a\":\"\\\"\",\"b\":[fals")]
    public void ToGrantedToken_OfAMisspelledLiteral_TakesLittleMemoryWhateverFollows(string beginning)
    {
        var answer = Answers.Of(HttpStatusCode.OK, beginning.PadRight(64 * 1024, 'x'));
        _ = answer.Failure();

        long before = GC.GetAllocatedBytesForCurrentThread();
        TokenRequestException failure = answer.Failure();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        Assert.Equal($"{Prefix}200 with 65536 bytes of application/json, which are no OAuth answer.", failure.Message);
    }

    [Fact]
    public void ToGrantedToken_OfABodyCutShort_IsTransientWhereverItIsCut()
    {
        for (int length = 1; length < Answers.Good.Length; length++)
        {
            TokenRequestException failure = Answers.Of(HttpStatusCode.OK, Answers.Good[..length]).Failure();

            Assert.Equal($"{Prefix}200 with {length} bytes of application/json, which are no OAuth answer.", failure.Message);
            Assert.True(failure.IsTransient);
        }
    }

    public static TheoryData<byte[]> NotUtf8 =>
    [
        Encoding.Unicode.GetBytes(Answers.Good),
        [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Answers.Good)],
        Encoding.BigEndianUnicode.GetBytes(Answers.Good),
        Encoding.UTF32.GetBytes(Answers.Good),
        Encoding.Latin1.GetBytes(Answers.Good.Replace("NgCX", "\u00c4", StringComparison.Ordinal)),
        Encoding.Latin1.GetBytes("""{"access_token":"BQ","token_type":"bearer","scope":"Ã("}"""),
        Encoding.Latin1.GetBytes("{\"access_token\":\"BQ\",\"token_type\":\"bearer\",\"scope\":\"\u00ed\u00a0\u0080\"}"),
        Encoding.Latin1.GetBytes("{\"access_token\":\"BQ\",\"token_type\":\"bearer\",\"\u00ff\":1}"),
        [0xEF, 0xBB, .. Encoding.UTF8.GetBytes(Answers.Good)],
    ];

    [Theory]
    [MemberData(nameof(NotUtf8))]
    public void ToGrantedToken_OfWhatIsNoUtf8_DescribesIt(byte[] body)
    {
        TokenRequestException failure = Answers.Of(HttpStatusCode.OK, body).Failure();

        Assert.Equal($"{Prefix}200 with {body.Length} bytes of application/json, which are no OAuth answer.", failure.Message);
        Assert.True(failure.IsTransient);
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('[', ' ')]
    public void ToGrantedToken_WithDeepNesting_DescribesIt(char open, char close)
    {
        string body = new string(open, 30_000) + new string(close, 30_000);

        Assert.Equal($"{Prefix}200 with 60000 bytes of application/json, which are no OAuth answer.", Answers.Of(HttpStatusCode.OK, body).Failure().Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public void ToGrantedToken_OfAnEmptyBody_SaysSo(HttpStatusCode status)
    {
        TokenRequestException failure = Answers.Of(status, "", mediaType: null).Failure();

        Assert.Equal($"{Prefix}{(int)status} with an empty body.", failure.Message);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public void ToGrantedToken_WithoutAMediaType_SaysSo() =>
        Assert.Equal($"{Prefix}502 with 4 bytes of unnamed media type, which are no OAuth answer.", Answers.Of(HttpStatusCode.BadGateway, "oops", mediaType: null).Failure().Message);

    [Fact]
    public void ToGrantedToken_OfMoreThan64KiB_IsRefusedThoughItWouldBeJson()
    {
        TokenRequestException failure = Answers.Of(HttpStatusCode.OK, Answers.Good.PadRight((64 * 1024) + 1)).Failure();

        Assert.Equal($"{Prefix}200 with more than 65536 bytes of application/json, which are no OAuth answer.", failure.Message);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public void ToGrantedToken_WithAContentEncoding_IsRefusedAsUnreadable()
    {
        TokenRequestException failure = Answers.Of(HttpStatusCode.OK, Answers.Good, contentEncoding: "gzip").Failure();

        Assert.Equal($"{Prefix}200 with content encoding gzip, which was not asked for.", failure.Message);
        Assert.True(failure.IsTransient);
    }
}
