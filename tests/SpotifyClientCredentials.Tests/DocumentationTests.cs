using System.Reflection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests;

/// <summary>What the XML documentation of both packages says about every public member.</summary>
public sealed class DocumentationTests
{
    private static readonly PublicMember[] Members =
        [.. PublicMember.Of(typeof(AccessToken).Assembly), .. PublicMember.Of(typeof(FakeSpotify).Assembly)];

    // A default constructor can't be documented.
    [Fact]
    public void Members_OfBothPackages_HaveASummary() => AssertNone(member =>
        !member.Inherits && !member.Has("summary") && !(member.Member is ConstructorInfo && member.Parameters.Count == 0));

    [Fact]
    public void Parameters_OfEveryMember_AreDocumented() => AssertNone(member =>
        !member.Inherits
        && (member.Parameters.Any(parameter => !member.Has("param", "name", parameter.Name))
            || member.NamesOf("param").Except(member.Parameters.Select(parameter => parameter.Name)).Any()));

    [Fact]
    public void Results_OfEveryMethod_AreDocumented() => AssertNone(member =>
        !member.Inherits && member.Member is MethodInfo method && method.ReturnType != typeof(void) && !member.Has("returns"));

    [Fact]
    public void SettingsAndConstants_OfBothPackages_HaveAValue() => AssertNone(member =>
        member.Member is PropertyInfo { SetMethod.IsPublic: true } or FieldInfo { IsLiteral: true, DeclaringType.IsEnum: false } && !member.Has("value"));

    [Fact]
    public void Parameters_ThatAreNotNullable_AreDocumentedToThrow()
    {
        NullabilityInfoContext nullability = new();

        AssertNone(member =>
            !member.Inherits
            && member.Parameters.Any(parameter => !parameter.ParameterType.IsValueType && nullability.Create(parameter).WriteState == NullabilityState.NotNull)
            && !member.Has("exception", "cref", $"T:{typeof(ArgumentNullException).FullName}"));
    }

    [Fact]
    public void Types_OfBothPackages_DescribeTheirThreadSafety() =>
        AssertNone(member => member.Member is Type { IsEnum: false } && !OfType(member).Any(part => part.Text.Contains("thread", StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void Types_OfBothPackages_NameTheirSource() => AssertNone(member =>
        member.Member is Type
        && !OfType(member).Any(part => part.Text.Contains("RFC ", StringComparison.Ordinal) || part.Text.Contains("https://developer.spotify.com/", StringComparison.Ordinal)));

    [Fact]
    public void References_InTheText_AreResolved() => AssertNone(member => member.Text.Contains("cref=\"!:", StringComparison.Ordinal));

    private static IEnumerable<PublicMember> OfType(PublicMember type) =>
        Members.Where(member => member.Member == type.Member || member.Member.DeclaringType == type.Member);

    private static void AssertNone(Func<PublicMember, bool> isFaulty)
    {
        Assert.Contains(Members, member => member.Member.Name == nameof(ClientCredentialsTokenProvider.GetTokenAsync));
        Assert.Contains(Members, member => member.Member.Name == nameof(FakeSpotify.StartAsync));
        string faulty = string.Join('\n', Members.Where(isFaulty));
        Assert.True(faulty.Length == 0, faulty);
    }
}
