using System.Diagnostics;
using System.Net.Http.Headers;
using System.Reflection;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

public sealed class BearerHeaderValueTests : IDisposable
{
    private readonly TestProvider _test = new();

    private static readonly AccessToken Token = new("v-1._~+/=", DateTimeOffset.UnixEpoch);

    private BearerHeaderValue Header => BearerHeaderValue.GetOrCreate(Token, _test.Provider.Cache);

    public void Dispose() => _test.Dispose();

    [Fact]
    public void ToString_OfTheHeader_IsBearerAndTheToken() => Assert.Equal("Bearer v-1._~+/=", Header.ToString());

    [Fact]
    public void Equals_PlainHeaderWithTheSameToken_IsTrue()
    {
        // An inner handler may return a copy of the request, with the header copied as text.
        Assert.True(Header.Equals(AuthenticationHeaderValue.Parse("Bearer v-1._~+/=")));
        Assert.False(Header.Equals(AuthenticationHeaderValue.Parse("Bearer v-2")));
    }

    [Fact]
    public void DebuggerView_NeverShowsTheToken()
    {
        Type type = typeof(BearerHeaderValue);
        Type proxy = Type.GetType(type.GetCustomAttribute<DebuggerTypeProxyAttribute>()!.ProxyTypeName, throwOnError: true)!;
        object view = Activator.CreateInstance(proxy, Header)!;

        Assert.Equal("Bearer [redacted]", type.GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        object? shown = Assert.Single(proxy.GetProperties()).GetValue(view);
        Assert.DoesNotContain(Token.Value, shown!.ToString(), StringComparison.Ordinal);
    }
}
