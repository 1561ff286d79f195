using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Addresses are compared by scheme, host and port, not by how they are written.</summary>
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
    public void Contains_SameOriginInAnySpelling_IsTrue(string apiBaseAddress, string uri) =>
        Assert.True(ApiOrigin.Contains(Options(apiBaseAddress), new Uri(uri)));

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
    [InlineData("https://аpi.spotify.com/v1/tracks/1")] // the first letter is Cyrillic
    public void Contains_DifferentOrigin_IsFalse(string uri) =>
        Assert.False(ApiOrigin.Contains(Options("https://api.spotify.com/v1/"), new Uri(uri)));

    [Fact]
    public void Contains_DifferentPortOnLoopback_IsFalse() =>
        Assert.False(ApiOrigin.Contains(Options("http://127.0.0.1:5000/v1/"), new Uri("http://127.0.0.1:50001/v1/")));

    [Theory]
    [InlineData(null)]
    [InlineData("v1/tracks/1")]
    [InlineData("//api.spotify.com/v1/tracks/1")]
    public void Contains_NullOrRelativeAddress_IsFalse(string? uri) =>
        Assert.False(ApiOrigin.Contains(Options("https://api.spotify.com/v1/"), uri is null ? null : new Uri(uri, UriKind.RelativeOrAbsolute)));

    private static OptionsSnapshot Options(string apiBaseAddress) => TestOptions.CreateValid(options => options.ApiBaseAddress = new Uri(apiBaseAddress));
}
