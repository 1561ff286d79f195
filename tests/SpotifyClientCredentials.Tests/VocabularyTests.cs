using System.Text.RegularExpressions;
using SpotifyClientCredentials.Tests.Readme;

namespace SpotifyClientCredentials.Tests;

/// <summary>
/// Names, messages and comments of both packages, and the documents at the root, use the words of RFC 6749, RFC 9110 and .NET, and no others
/// for the same things.
/// </summary>
public sealed partial class VocabularyTests
{
    public static TheoryData<string> Documents =>
    [
        "README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md",
        "src/SpotifyClientCredentials.Testing/README.md",
        "samples/README.md", "tests/SpotifyClientCredentials.Benchmarks/README.md",
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_InItsWords_IsPlain(string name) => Assert.Empty(BannedIn(Path.Combine(Repository.Root, name)));

    [Fact]
    public void Sources_InTheirNamesMessagesAndComments_ArePlain() => Assert.Empty(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".csproj" or ".txt" or ".md")
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(BannedIn));

    [Fact]
    public void Types_OfBothPackages_HaveNoSuffixThatSaysNothing() => Assert.DoesNotContain(
        new[] { typeof(AccessToken), typeof(SpotifyClientCredentials.Testing.FakeSpotify) }.SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("SpotifyClientCredentials", StringComparison.Ordinal) == true)
            .Select(type => type.Name),
        name => name.EndsWith("Manager", StringComparison.Ordinal) || name.EndsWith("Helper", StringComparison.Ordinal)
            || name.EndsWith("Service", StringComparison.Ordinal) || name.EndsWith("Util", StringComparison.Ordinal) || name.EndsWith("Utils", StringComparison.Ordinal));

    [Theory]
    [InlineData("The server answered 503.", "answered")]
    [InlineData("TokenEndpointAnswer", "Answer")]
    [InlineData("_honestAnswer", "honest", "Answer")]
    [InlineData("void LookAsync()", "Look")]
    [InlineData("ForgottenWrite", "Forgotten")]
    [InlineData("a token that was born\nexpired", "born expired")]
    [InlineData("TryEnterFetch", "TryEnterFetch")]
    [InlineData("The gate, not the gateway", "gate")]
    [InlineData("Refreshes the token", "Refreshes")]
    [InlineData("StoreLookup, SettingsAreReset, WithdrawnEndpoints, gateway, an unhealthy state")]
    public void BannedWords_InAText_AreFound(string text, params string[] expected) => Assert.Equal(expected, Find(text).Select(word => Blank().Replace(word.Value, " ")));

    private static IEnumerable<string> BannedIn(string file)
    {
        string text = File.ReadAllText(file);
        return Find(text).Select(word => $"{Path.GetRelativePath(Repository.Root, file)}:{text[..word.Index].Count(c => c == '\n') + 1}: {word.Value}");
    }

    private static MatchCollection Find(string text) => Banned().Matches(text);

    // A word starts after what is no letter, or at a capital inside a name, and ends before what is no small letter.
    [GeneratedRegex(
        @"(?<![A-Za-z])(?:TryEnterFetch|bornexpired|born\s+expired|(?!refresh tokens?\b)(?:answer|settle|heal|forget|forgot|leftover|harmless|honest|misframed|patience|cooldown|gate|refresh|look|draw)(?:s|es|ed|d|ing|ting|ten|ly|n|ns)?)(?![a-z])"
        + @"|(?:Answer|Settle|Heal|Forget|Forgot|Leftover|Harmless|Honest|Misframed|BornExpired|Patience|Cooldown|Gate|Refresh|Look|Draw)(?:s|es|ed|d|ing|ting|ten|ly|n|ns)?(?![a-z])")]
    private static partial Regex Banned();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
