namespace SpotifyClientCredentials.Tests.Readme;

public sealed class ReadmeCodeTests
{
    [Fact]
    public void CSharpBlocks_InReadme_AreTheSnippetsThatTestsRun()
    {
        string[] blocks = [.. ReadmeFile.Blocks.Where(block => block.Language == "csharp").Select(block => block.Code)];

        string unknown = string.Join('\n', blocks.Except(SourceSnippets.All.Values));
        string unused = string.Join('\n', SourceSnippets.All.Values.Except(blocks));
        Assert.True(unknown.Length == 0, $"In README.md, but in no test:\n{unknown}");
        Assert.True(unused.Length == 0, $"In a test, but not in README.md:\n{unused}");
        Assert.NotEmpty(blocks);
    }

    [Fact]
    public void Blocks_OfAnyLanguage_NameOneThatATestCovers() =>
        Assert.All(ReadmeFile.Blocks, block => Assert.Contains(block.Language, (string[])["csharp", "json", "sh"]));

    [Fact]
    public void Blocks_InReadme_AreAllClosed() =>
        Assert.Equal(2 * ReadmeFile.Blocks.Count(), ReadmeFile.Text.Split('\n').Count(line => line.TrimStart().StartsWith("```", StringComparison.Ordinal)));
}
