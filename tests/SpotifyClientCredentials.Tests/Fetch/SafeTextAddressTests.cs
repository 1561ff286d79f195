using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>User information in the addresses that .NET, proxies and stores show.</summary>
public sealed class SafeTextAddressTests
{
    [Theory]
    [InlineData("http://user:pw@proxy:8080/", "http://[redacted]@proxy:8080/")]
    [InlineData("https://user:pw@proxy", "https://[redacted]@proxy")]
    [InlineData("socks5://user:pw@127.0.0.1:1080", "socks5://[redacted]@127.0.0.1:1080")]
    [InlineData("rediss://:pw@[::1]:6379/0", "rediss://[redacted]@[::1]:6379/0")]
    [InlineData("http://key@proxy:8080/a/b?c=d", "http://[redacted]@proxy:8080/a/b?c=d")]
    [InlineData("HTTP://USER:PW@PROXY/", "HTTP://[redacted]@PROXY/")]
    public void Clean_OfAnAddressWithUserInformation_RedactsIt(string address, string expected) =>
        Assert.Equal($"to '{expected}' and", new SafeText().Clean($"to '{address}' and"));

    [Theory]
    [InlineData("p@ss")]
    [InlineData("p:s:s")]
    [InlineData("p/ss")]
    [InlineData("p//ss")]
    [InlineData("p?s#s")]
    [InlineData("1234/5")]
    [InlineData("p s s")]
    [InlineData("p's\"s")]
    [InlineData("p\\s[s]<s>{s}|s^s`s%s")]
    [InlineData("p@s s/s:s@")]
    [InlineData("pü€🎵")]
    [InlineData("p\r\n\u202es")]
    [InlineData("p%40ss")]
    [InlineData("")]
    public void Clean_OfAPasswordWithOddCharacters_RedactsAllOfIt(string password) => Assert.Equal(
        "The proxy tunnel request to proxy 'http://[redacted]@proxy:8080/' failed with status code '407'.",
        new SafeText().Clean($"The proxy tunnel request to proxy 'http://us er:{password}@proxy:8080/' failed with status code '407'."));

    [Fact]
    public void Clean_OfSeveralAddresses_RedactsEachUserInformation() => Assert.Equal(
        "http://[redacted]@one:1/ then http://two:2/ then ftp://[redacted]@three",
        new SafeText().Clean("http://a:b@one:1/ then http://two:2/ then ftp://c:d@three"));

    [Fact]
    public void Clean_OfASecretInUserInformation_ShowsNoPartOfEither() => Assert.Equal(
        "http://[redacted]@proxy/ [redacted]", new SafeText("s3cr3t@s").Clean("http://user:s3cr3t@sx@proxy/ s3cr3t@s"));

    [Fact]
    public void Clean_OfUserInformationAcrossTheLimit_RedactsBeforeTruncation() =>
        Assert.Equal(new string('x', 50) + " http://[reda", new SafeText().Clean(new string('x', 50) + " http://user:pw@proxy/", 63));

    [Theory]
    [InlineData("The proxy tunnel request to proxy 'http://proxy:8080/' failed with status code '407'.")]
    [InlineData("See https://developer.spotify.com/documentation or write to support@spotify.com.")]
    [InlineData("The proxy 'http://proxy:8080/' needs the credentials of user@REALM.")]
    [InlineData("https://example.com/@user?a=b@c")]
    [InlineData("me@example.com: a//b")]
    public void Clean_OfAnAddressWithoutUserInformation_LeavesItUnchanged(string text)
    {
        Assert.Equal(text, new SafeText().Clean(text));
        Assert.False(new SafeText().Redacts(new IOException(text)));
    }

    [Fact]
    public void Clean_OfThousandsOfAddresses_AllocatesLittle()
    {
        string text = string.Concat(Enumerable.Repeat("a://b:c@", 8 * 1024));
        _ = new SafeText().Clean(text);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith("a://[redacted]@a://[redacted]@", new SafeText().Clean(text), StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024 * 1024);
    }
}
