using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests;

/// <summary>An access token and its header, and what logs, JSON and debuggers show of them.</summary>
public sealed class AccessTokenTests : IDisposable
{
    private const string Value = "BQs3cr3t-t0k3n";

    private readonly AccessToken _token = new(Value, new DateTimeOffset(2026, 11, 23, 14, 30, 5, 250, TimeSpan.Zero));
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Constructor_WithAValueAndAnExpiry_SetsBoth()
    {
        DateTimeOffset expiresOn = new(2026, 11, 23, 14, 30, 5, TimeSpan.Zero);

        AccessToken token = new(Value, expiresOn);

        Assert.Equal((Value, expiresOn), (token.Value, token.ExpiresOn));
    }

    [Fact]
    public void Constructor_WithoutAValue_NamesTheArgument()
    {
        Assert.Throws<ArgumentNullException>("value", () => new AccessToken(null!, DateTimeOffset.UnixEpoch));
        Assert.Throws<ArgumentException>("value", () => new AccessToken("", DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ar-SA")]
    [InlineData("th-TH")]
    public void ToString_InAnyCulture_ShowsTheExpiryAndNotTheValue(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            Assert.Equal("Access token, expires on 2026-11-23T14:30:05Z", _token.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Serialize_OfAToken_LeavesOutItsValue() =>
        Assert.Equal("""{"ExpiresOn":"2026-11-23T14:30:05.25+00:00"}""", JsonSerializer.Serialize(_token));

    [Fact]
    public void DebuggerDisplay_OfAToken_IsItsToString() =>
        Assert.Equal("{ToString(),nq}", typeof(AccessToken).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);

    [Fact]
    public void DebuggerView_OfATokenThatWasSent_ShowsNoMemberWithItsValue()
    {
        _ = Header();

        PropertyInfo[] secrets = [.. typeof(AccessToken).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(property => property.GetValue(_token)?.ToString()!.Contains(Value, StringComparison.Ordinal) == true)];

        Assert.Equal([nameof(AccessToken.Value), nameof(AccessToken.Header)], secrets.Select(property => property.Name));
        Assert.All(secrets, property => Assert.Equal(DebuggerBrowsableState.Never, property.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State));
    }

    [Fact]
    public void DebuggerView_OfTheHeader_ShowsTheTokenObjectAndNotItsValue()
    {
        Assert.Equal("Bearer [redacted]", typeof(BearerHeaderValue).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        Type view = Type.GetType(typeof(BearerHeaderValue).GetCustomAttribute<DebuggerTypeProxyAttribute>()!.ProxyTypeName, throwOnError: true)!;
        object shown = Activator.CreateInstance(view, Header())!;

        PropertyInfo property = Assert.Single(view.GetProperties());
        Assert.Same(_token, property.GetValue(shown));
    }

    [Fact]
    public void Header_OfAToken_IsCreatedOncePerCache()
    {
        BearerHeaderValue header = Header();
        using TestProvider other = new();

        Assert.Equal("Bearer " + Value, header.ToString());
        Assert.Same(_token, header.Token);
        Assert.Same(header, Header());
        Assert.Same(header, _token.Header);
        Assert.Same(other.Provider.Cache, BearerHeaderValue.GetOrCreate(_token, other.Provider.Cache).Cache);
    }

    [Fact]
    public void HasSameValueAs_OfTwoTokens_ComparesTheirValuesOnly()
    {
        Assert.True(_token.HasSameValueAs(new AccessToken(Value, DateTimeOffset.UnixEpoch)));
        Assert.False(_token.HasSameValueAs(new AccessToken(Value.ToLowerInvariant(), _token.ExpiresOn)));
    }

    private BearerHeaderValue Header() => BearerHeaderValue.GetOrCreate(_token, _test.Provider.Cache);

    [Fact]
    public void ExpiresOn_WithAnOffset_IsInUtc()
    {
        AccessToken token = new(Value, new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.FromHours(2)));

        Assert.Equal((TimeSpan.Zero, 10), (token.ExpiresOn.Offset, token.ExpiresOn.Hour));
        Assert.Equal("Access token, expires on 2026-11-28T10:00:00Z", token.ToString());
    }
}
