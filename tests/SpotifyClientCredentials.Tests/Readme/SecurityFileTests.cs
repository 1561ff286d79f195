using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class SecurityFileTests
{
    private static readonly string[] Projects = ["SpotifyClientCredentials.Tests", "SpotifyClientCredentials.SystemTests"];

    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "SECURITY.md"));

    [Fact]
    public void Promises_InSecurityFile_NameATestEach() =>
        Assert.All(
            Text.Split('\n').Where(line => line.StartsWith('|')).Skip(2),
            line => Assert.Matches(@"\| `\w+Tests`(, `\w+Tests`)* \|\s*$", line));

    [Fact]
    public void Tests_InSecurityFile_Exist()
    {
        string[] files = [.. Projects.SelectMany(TestFiles)];

        Assert.All(Regex.Matches(Text, @"\b\w+Tests\b").Select(match => match.Value), name => Assert.Contains(name, files));
    }

    private static IEnumerable<string> TestFiles(string project) =>
        Directory.GetFiles(Path.Combine(Repository.Root, "tests", project), "*Tests.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file));
}
