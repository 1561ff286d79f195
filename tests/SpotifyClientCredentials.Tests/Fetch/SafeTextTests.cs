using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Tests.Fetch;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("s3cr3t~secret+/~?>")]
    [InlineData("0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    [InlineData("wie€geht's(mir)!==")]
    [InlineData("ZWM6czNjcjN0K/8=")]
    public void Clean_OfALiteralSecret_RedactsIt(string secret)
    {
        SafeText safe = new("something else", secret, null, "");

        Assert.Equal("before [redacted] after", safe.Clean($"before {secret} after", 256));
        Assert.True(safe.Redacts(new InvalidOperationException($"before {secret} after")));
    }

    [Fact]
    public void Clean_OfTextWithoutASecret_LeavesItUnchanged()
    {
        SafeText safe = new("s3cr3t");

        Assert.Equal("Ungültig 🎵: s3cr3", safe.Clean("Ungültig 🎵: s3cr3", 64));
        Assert.False(safe.Redacts(new InvalidOperationException("s3cr3")));
    }

    public static TheoryData<Exception> Chains =>
    [
        new IOException("got s3cr3t", new IOException("inner")),
        new InvalidOperationException("outer", new IOException("got s3cr3t")),
        new InvalidOperationException("outer", new InvalidOperationException("middle", new IOException("proxy http://user:pw@proxy:8080/"))),
        new AggregateException(new IOException("first"), new IOException("second", new IOException("got s3cr3t"))),
    ];

    [Theory]
    [MemberData(nameof(Chains))]
    public void Redacts_OfASecretAnywhereInTheChain_IsTrue(Exception exception) => Assert.True(new SafeText("s3cr3t").Redacts(exception));

    [Fact]
    public void Redacts_OfAChainWithoutASecret_IsFalse() =>
        Assert.False(new SafeText("s3cr3t").Redacts(new AggregateException("http://proxy:8080/", new IOException("me@example.com\r\n"))));

    [Fact]
    public void Clean_OfSeveralSecrets_RedactsAll() =>
        Assert.Equal("[redacted] [redacted], [redacted]", new SafeText("first-secret", "second-secret").Clean("second-secret first-secret, second-secret", 256));

    [Fact]
    public void Clean_OfASecretThatContainsAnother_RedactsAllOfIt() =>
        Assert.Equal("([redacted])", new SafeText("outer", "outer-inner-outer").Clean("(outer-inner-outer)", 256));

    [Fact]
    public void Clean_OfASecretThatIsPartOfTheReplacement_ReplacesItOnce() =>
        Assert.Equal("[redacted] [redacted]", new SafeText("s3cr3t", "red").Clean("s3cr3t red", 256));

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
    public void Clean_OfAControlCharacterInsideASecret_RedactsTheSecret(string control)
    {
        SafeText safe = new("s3cr3t-s3cr3t");

        Assert.Equal("a[redacted]b", safe.Clean($"a{control}s3cr3t{control}-s3cr3t{control}b", 256));
        Assert.True(safe.Redacts(new InvalidOperationException($"s3cr3t{control}-s3cr3t")));
    }

    [Fact]
    public void Clean_OfASecretAcrossTheLimit_RedactsBeforeTruncation() =>
        Assert.Equal(new string('x', 60) + "[red", new SafeText("s3cr3t-s3cr3t").Clean(new string('x', 60) + "s3cr3t-s3cr3t", 64));

    [Fact]
    public void Clean_OfManyControlCharacters_RemovesThemBeforeTruncation() =>
        Assert.Equal("reason", new SafeText().Clean(new string('\u0001', 300) + "reason", 64));

    [Fact]
    public void Clean_OfALongText_TruncatesItBetweenCharacters()
    {
        Assert.Equal(new string('x', 63), new SafeText().Clean(new string('x', 63) + "🎵", 64));
        Assert.Equal(new string('x', 62) + "🎵", new SafeText().Clean(new string('x', 62) + "🎵🎵", 64));
    }

    [Fact]
    public void Clean_OfAVeryLongText_KeepsItsStart() =>
        Assert.Equal("[redacted] is " + new string('x', 242), new SafeText("s3cr3t-s3cr3t").Clean("s3cr3t-s3cr3t is " + new string('x', 100_000), 256));

    [Fact]
    public void Clean_OfManySecrets_NeverShowsPartOfOne() =>
        Assert.Matches(@"^(\[redacted\])+\[?[a-z]*$", new SafeText("s").Clean(new string('s', 100_000), 256));
}
