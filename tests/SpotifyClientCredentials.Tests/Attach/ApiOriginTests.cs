using SpotifyClientCredentials.Attach;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>[B16]: scheme, host and port decide, not how they are written.</summary>
public class ApiOriginTests
{
    [Theory]
    [InlineData("https://api.spotify.com/v1/", "https://api.spotify.com/v1/tracks/1")]
    [InlineData("https://api.spotify.com/v1/", "https://api.spotify.com/another/path")]
    [InlineData("https://api.spotify.com/v1/", "https://api.spotify.com")]
    [InlineData("https://api.spotify.com/v1/", "https://api.spotify.com?q=1")]
    [InlineData("https://api.spotify.com/v1/", "https://API.Spotify.com/v1/tracks/1")]
    [InlineData("https://api.spotify.com/v1/", "HTTPS://api.spotify.com/v1/tracks/1")]
    [InlineData("https://api.spotify.com/v1/", "https://api.spotify.com:443/v1/tracks/1")]
    [InlineData("https://api.spotify.com/v1/", "https://user:password@api.spotify.com/v1/tracks/1")]
    [InlineData("https://api.spotify.com:443/v1/", "https://api.spotify.com/v1/tracks/1")]
    [InlineData("http://127.0.0.1:5000/v1/", "http://127.0.0.1:5000/v1/tracks/1")]
    [InlineData("http://[::1]:5000/v1/", "http://[0:0:0:0:0:0:0:1]:5000/v1/tracks/1")]
    [InlineData("https://bücher.example/v1/", "https://bücher.example/v1/tracks/1")]
    [InlineData("https://bücher.example/v1/", "https://BÜCHER.example/v1/tracks/1")]
    [InlineData("https://bücher.example/v1/", "https://xn--bcher-kva.example/v1/tracks/1")]
    [InlineData("https://xn--bcher-kva.example/v1/", "https://bücher.example/v1/tracks/1")]
    public void Contains_SameOriginHoweverWritten_IsTrue(string apiBaseAddress, string uri) =>
        Assert.True(new ApiOrigin(new Uri(apiBaseAddress)).Contains(new Uri(uri)));

    [Theory]
    [InlineData("https://evil.example/v1/tracks/1")]
    [InlineData("https://api.spotify.com.evil.example/v1/tracks/1")]
    [InlineData("https://api.spotify.com@evil.example/v1/tracks/1")]
    [InlineData("https://api.spotify.com:443@evil.example/v1/tracks/1")]
    [InlineData("https://evil.example/?u=https://api.spotify.com/")]
    [InlineData("https://evil.example/https://api.spotify.com/")]
    [InlineData("https://evil.example/#https://api.spotify.com/")]
    [InlineData("https://xapi.spotify.com/v1/tracks/1")]
    [InlineData("https://spotify.com/v1/tracks/1")]
    [InlineData("https://accounts.spotify.com/api/token")]
    [InlineData("https://api.spotify.com./v1/tracks/1")]
    [InlineData("https://api.spotify.com:8443/v1/tracks/1")]
    [InlineData("https://api.spotify.com:4430/v1/tracks/1")]
    [InlineData("http://api.spotify.com/v1/tracks/1")]
    [InlineData("http://api.spotify.com:443/v1/tracks/1")]
    [InlineData("ftp://api.spotify.com:443/v1/tracks/1")]
    [InlineData("https://аpi.spotify.com/v1/tracks/1")] // its first letter is Cyrillic
    public void Contains_AnotherOrigin_IsFalse(string uri) =>
        Assert.False(new ApiOrigin(new Uri("https://api.spotify.com/v1/")).Contains(new Uri(uri)));

    [Fact]
    public void Contains_AnotherPortOfLoopback_IsFalse() =>
        Assert.False(new ApiOrigin(new Uri("http://127.0.0.1:5000/v1/")).Contains(new Uri("http://127.0.0.1:50001/v1/")));

    [Theory]
    [InlineData(null)]
    [InlineData("v1/tracks/1")]
    [InlineData("//api.spotify.com/v1/tracks/1")]
    public void Contains_NoAbsoluteAddress_IsFalse(string? uri) =>
        Assert.False(new ApiOrigin(new Uri("https://api.spotify.com/v1/")).Contains(uri is null ? null : new Uri(uri, UriKind.RelativeOrAbsolute)));
}
