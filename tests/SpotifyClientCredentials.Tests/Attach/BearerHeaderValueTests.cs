using System.Diagnostics;
using System.Net.Http.Headers;
using System.Reflection;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Tests.Attach;

public class BearerHeaderValueTests
{
    private static readonly AccessToken Token = new(new ConfigurationKeys(""), "v-1._~+/=", DateTimeOffset.UnixEpoch);

    [Fact]
    public void ToString_OfRequestHeader_IsBearerAndTheToken() => Assert.Equal("Bearer v-1._~+/=", Token.Header.ToString());

    [Fact]
    public void Equals_PlainHeaderOfTheSameToken_IsTrue()
    {
        // A handler below may hand back a copy of the request whose header went through text.
        Assert.True(Token.Header.Equals(AuthenticationHeaderValue.Parse("Bearer v-1._~+/=")));
        Assert.False(Token.Header.Equals(AuthenticationHeaderValue.Parse("Bearer v-2")));
    }

    [Fact]
    public void DebuggerView_NeverShowsTheToken()
    {
        Type type = typeof(BearerHeaderValue);
        Type proxy = Type.GetType(type.GetCustomAttribute<DebuggerTypeProxyAttribute>()!.ProxyTypeName, throwOnError: true)!;
        object view = Activator.CreateInstance(proxy, Token.Header)!;

        Assert.Equal("Bearer [redacted]", type.GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        object? shown = Assert.Single(proxy.GetProperties()).GetValue(view);
        Assert.DoesNotContain(Token.Value, shown!.ToString(), StringComparison.Ordinal);
    }
}
