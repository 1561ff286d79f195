using System.Net;
using System.Text;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Tests.Fetch;

public sealed class SecretRedactionTests
{
    // Of every length modulo 3, so that base64 pads it with none, one and two; with what each encoding encodes.
    private static readonly string[] Secrets = ["s3cr3t~secret+/~?>", "s3cr3t~secret+/ü&= %", "s3cr3t~secret>>>???ü=", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "wie€geht's(mir)!=="];

    public static TheoryData<string, string> Echoes
    {
        get
        {
            TheoryData<string, string> echoes = [];
            foreach (string secret in Secrets.SelectMany(secret => (string[])[secret, Base64(secret), Base64("id:" + secret)]))
            {
                foreach (string echo in Encodings(secret))
                {
                    echoes.Add(secret, echo);
                }
            }

            return echoes;
        }
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public void Clean_OfAnEchoInAnyEncoding_RedactsIt(string secret, string echo)
    {
        SafeText redaction = new("something else", secret, null, "");

        // Padding that is left behind tells nothing.
        Assert.Matches(@"^before \[redacted\](=|%3[Dd])* after$", redaction.Clean($"before {echo} after", 256));
        Assert.True(redaction.IsEchoedIn($"before {echo} after"));
    }

    [Fact]
    public void Clean_OfTextWithoutAnEcho_LeavesItAlone()
    {
        SafeText redaction = new("s3cr3t");

        Assert.Equal("Ungültig 🎵: s3cr3", redaction.Clean("Ungültig 🎵: s3cr3", 64));
        Assert.False(redaction.IsEchoedIn("s3cr3"));
    }

    [Fact]
    public void Clean_OfSeveralEchoesAndSecrets_RedactsAll() =>
        Assert.Equal("[redacted] [redacted], [redacted]", new SafeText("first-secret", "second-secret").Clean("second-secret first-secret, SECOND-secret", 256));

    // No more than 2,048 characters of a text are looked at.
    [Fact]
    public void Clean_OfAnEchoOfTheLongestSecretThatIsLookedFor_RedactsIt()
    {
        string secret = new('s', 2048);

        Assert.Equal("[redacted]", new SafeText(secret).Clean(secret, 4096));
    }

    [Fact]
    public void Clean_OfALongTextWhoseLastPartBeginsTheLongerSecret_ShowsNoneOfThat()
    {
        string secret = "longer-".PadRight(100, 's');

        string clean = new SafeText("short", secret).Clean(new string('a', 2048 - 50) + secret, 4096);

        Assert.Matches("^a+$", clean);
    }

    [Fact]
    public void Clean_WithASecretOfControlCharactersOnly_LooksForNothing() => Assert.Equal("text", new SafeText("\u0001").Clean("text", 256));

    [Fact]
    public void Clean_OfASecretThatContainsAnother_RedactsTheWhole() =>
        Assert.Equal("([redacted])", new SafeText("inner", "outer-inner-outer").Clean("(outer-inner-outer)", 256));

    [Theory]
    [InlineData("\u0000")]
    [InlineData("\r\n")]
    [InlineData("\u001b")]
    [InlineData("\u0085")]
    [InlineData("\u200b")]
    [InlineData("\u202e")]
    [InlineData("\u2028")]
    [InlineData("\u2029")]
    [InlineData("\ufeff")]
    [InlineData("\ufffd")]
    public void Clean_OfAControlCharacterInsideAnEcho_RedactsTheEcho(string control)
    {
        SafeText redaction = new("s3cr3t-s3cr3t");

        Assert.Equal("a[redacted]b", redaction.Clean($"a{control}s3cr3t{control}-s3cr3t{control}b", 256));
        Assert.True(redaction.IsEchoedIn($"s3cr3t{control}-s3cr3t"));
    }

    [Fact]
    public void Clean_OfASecretWithAnInvisibleCharacter_RedactsItsEcho()
    {
        SafeText redaction = new("s3cr3t\u200b-s3cr3t");

        Assert.Equal("[redacted]", redaction.Clean("s3cr3t\u200b-s3cr3t", 256));
        Assert.True(redaction.IsEchoedIn("s3cr3t\u200b-s3cr3t"));
    }

    [Fact]
    public void Clean_OfAnEchoAcrossTheLimit_RedactsBeforeItCuts() =>
        Assert.Equal(new string('x', 60) + "[red", new SafeText("s3cr3t-s3cr3t").Clean(new string('x', 60) + "s3cr3t-s3cr3t", 64));

    [Fact]
    public void Clean_OfManyControlCharacters_StripsBeforeItCuts() =>
        Assert.Equal("reason", new SafeText().Clean(new string('\u0001', 300) + "reason", 64));

    [Fact]
    public void Clean_OfALongText_CutsItBetweenCharacters()
    {
        Assert.Equal(new string('x', 63), new SafeText().Clean(new string('x', 63) + "🎵", 64));
        Assert.Equal(new string('x', 62) + "🎵", new SafeText().Clean(new string('x', 62) + "🎵🎵", 64));
    }

    // The first 2048 characters are looked at, and the echo stands across their end.
    [Theory]
    [InlineData(2036)]
    [InlineData(2040)]
    [InlineData(2047)]
    public void Clean_OfATextTooLongToLookAt_ShowsNoHalfOfAnEchoAtItsEnd(int before)
    {
        string text = new string('\u0001', before) + "s3cr3t-s3cr3t" + new string('x', 100);

        Assert.Equal("", new SafeText("short", "s3cr3t-s3cr3t", "tiny").Clean(text, 256));
    }

    [Fact]
    public void Clean_OfTheLongestTextThatIsLookedAt_ShowsItsEnd() =>
        Assert.Equal("the end", new SafeText("s3cr3t-s3cr3t").Clean(new string('\u0001', 2041) + "the end", 256));

    [Fact]
    public void Clean_OfATextTooLongToLookAt_ShowsItsBeginning() =>
        Assert.Equal("[redacted] is " + new string('x', 242), new SafeText("s3cr3t-s3cr3t").Clean("s3cr3t-s3cr3t is " + new string('x', 100_000), 256));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static IEnumerable<string> Encodings(string secret)
    {
        string percent = Uri.EscapeDataString(secret);
        string form = WebUtility.UrlEncode(secret);
        string base64 = Base64(secret);
        string base64Url = base64.Replace('+', '-').Replace('/', '_');
        string[] ofBase64 = [secret.TrimEnd('='), secret.Replace('+', '-').Replace('/', '_').TrimEnd('=')];
        return new[] { secret, percent, LowerHex(percent), form, LowerHex(form), base64, base64.TrimEnd('='), base64Url, base64Url.TrimEnd('=') }.Concat(ofBase64).Distinct();
    }

    private static string LowerHex(string encoded) =>
        System.Text.RegularExpressions.Regex.Replace(encoded, "%[0-9A-F]{2}", match => match.Value.ToLowerInvariant());
}
