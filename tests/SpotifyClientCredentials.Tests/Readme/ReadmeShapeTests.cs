using System.Text;
using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class ReadmeShapeTests
{
    [Fact]
    public void Readme_InItsSize_CanBeReadInAMinute()
    {
        Assert.InRange(Encoding.UTF8.GetByteCount(MarkdownFile.Readme.Text), 1, 20_000);
        Assert.InRange(MarkdownFile.Readme.Text.Split('\n').Length, 1, 350);
    }

    [Fact]
    public void Sections_OfReadme_AreInTheOrderInWhichAVisitorAsks() => Assert.Equal(
        ["Try it", "Install", "Quick start", "What it guarantees", "Is it the token?", "Options", "Errors", "Sharing", "Rate limit", "Observability", "Performance", "FAQ", "More"],
        Regex.Matches(MarkdownFile.Readme.Text, "^## (.+)$", RegexOptions.Multiline).Select(heading => heading.Groups[1].Value));
}
