namespace SpotifyClientCredentials.Tests.Readme;

public sealed class MarkdownCodeTests
{
    public static TheoryData<string> Documents => [.. MarkdownFile.WithSnippets.Keys];

    [Theory]
    [MemberData(nameof(Documents))]
    public void CSharpBlocks_InADocument_AreTheSnippetsThatTestsRun(string document)
    {
        MarkdownFile file = MarkdownFile.WithSnippets[document];
        string[] blocks = [.. file.Blocks.Where(block => block.Language == "csharp").Select(block => block.Code)];
        IReadOnlyCollection<string> snippets = SourceSnippets.Of(document);

        string unknown = string.Join('\n', blocks.Except(snippets));
        string unused = string.Join('\n', snippets.Except(blocks));
        Assert.True(unknown.Length == 0, $"In {file}, but in no test:\n{unknown}");
        Assert.True(unused.Length == 0, $"In a test, but not in {file}:\n{unused}");
        Assert.NotEmpty(blocks);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Blocks_OfAnyLanguage_NameOneThatATestCovers(string document) => Assert.All(
        MarkdownFile.WithSnippets[document].Blocks, block => Assert.Contains(block.Language, (string[])["csharp", "json", "sh"]));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Blocks_InADocument_AreAllClosed(string document) => Assert.Equal(
        2 * MarkdownFile.WithSnippets[document].Blocks.Count(),
        MarkdownFile.WithSnippets[document].Text.Split('\n').Count(line => line.TrimStart().StartsWith("```", StringComparison.Ordinal)));
}
