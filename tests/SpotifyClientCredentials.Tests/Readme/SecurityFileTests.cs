using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class SecurityFileTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "SECURITY.md"));

    [Fact]
    public void Promises_InSecurityFile_EachNameATest() =>
        Assert.All(
            Text.Split('\n').Where(line => line.StartsWith('|')).Skip(2),
            line => Assert.Matches(@"\| `\w+Tests`(, `\w+Tests`)* \|\s*$", line));

    [Fact]
    public void Tests_InSecurityFile_Exist()
    {
        string[] classes = [.. typeof(SecurityFileTests).Assembly.GetTypes().Select(type => type.Name)];

        Assert.All(Regex.Matches(Text, @"\b\w+Tests\b").Select(match => match.Value), name => Assert.Contains(name, classes));
    }
}
