using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Tests;

/// <summary>An access token, and the header made of it, as a person sees them in a log, in JSON or in a debugger.</summary>
public sealed class AccessTokenTests
{
    private const string Value = "BQs3cr3t-t0k3n";

    private static readonly AccessToken Token = new(new ConfigurationKeys("app"), Value, new DateTimeOffset(2026, 11, 23, 14, 30, 5, 250, TimeSpan.Zero));

    [Theory]
    [InlineData("")]
    [InlineData("ar-SA")]
    [InlineData("th-TH")]
    public void ToString_InAnyCulture_SaysWhenItExpiresAndNotItsValue(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            Assert.Equal("Access token, expires on 2026-11-23T14:30:05Z", Token.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Serialize_OfAToken_LeavesItsValueOut() =>
        Assert.Equal("""{"ExpiresOn":"2026-11-23T14:30:05.25+00:00"}""", JsonSerializer.Serialize(Token));

    [Fact]
    public void DebuggerDisplay_OfAToken_IsItsToString() =>
        Assert.Equal("{ToString(),nq}", typeof(AccessToken).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);

    [Fact]
    public void DebuggerView_OfAToken_ShowsNoMemberThatHoldsItsValue()
    {
        Assert.Equal([nameof(AccessToken.Value), nameof(AccessToken.Header)], HoldersOfTheValue(typeof(AccessToken), Token));
        Assert.All(HoldersOfTheValue(typeof(AccessToken), Token), name =>
            Assert.Equal(DebuggerBrowsableState.Never, Property(typeof(AccessToken), name).GetCustomAttribute<DebuggerBrowsableAttribute>()!.State));
    }

    [Fact]
    public void DebuggerView_OfTheHeader_ShowsTheTokenObjectAndNoParameter()
    {
        Assert.Equal("Bearer [redacted]", typeof(BearerHeaderValue).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        Type view = Type.GetType(typeof(BearerHeaderValue).GetCustomAttribute<DebuggerTypeProxyAttribute>()!.ProxyTypeName, throwOnError: true)!;
        object shown = Activator.CreateInstance(view, Token.Header)!;

        PropertyInfo property = Assert.Single(view.GetProperties());
        Assert.Same(Token, property.GetValue(shown));
    }

    [Fact]
    public void Header_OfAToken_IsWhatTheWireNeedsAndKnowsItsToken()
    {
        AuthenticationHeaderValue header = Token.Header;

        Assert.Equal("Bearer " + Value, header.ToString());
        Assert.Same(Token, Assert.IsType<BearerHeaderValue>(header).Token);
        Assert.Same(Token.Header, Token.Header);
    }

    [Fact]
    public void HasSameValueAs_ComparesValuesOnly()
    {
        Assert.True(Token.HasSameValueAs(new AccessToken(new ConfigurationKeys("other"), Value, DateTimeOffset.UnixEpoch)));
        Assert.False(Token.HasSameValueAs(new AccessToken(new ConfigurationKeys("app"), Value.ToLowerInvariant(), Token.ExpiresOn)));
    }

    // The header's own text is the value: the wire needs it.
    private static string[] HoldersOfTheValue(Type type, object instance) =>
        [.. type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(property => property.GetValue(instance)?.ToString()!.Contains(Value, StringComparison.Ordinal) == true)
            .Select(property => property.Name)];

    private static PropertyInfo Property(Type type, string name) =>
        type.GetProperty(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;
}
