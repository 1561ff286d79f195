namespace SpotifyClientCredentials.Tests.Readme;

public sealed class DocumentLinksTests
{
    public static TheoryData<string> Documents => ["README.md", "samples/README.md", "tests/SpotifyClientCredentials.Benchmarks/README.md"];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_InADocument_LeadToFilesAndHeadings(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;

        Assert.All(new MarkdownFile(document).Links, link =>
        {
            string path = link.File.Length == 0 ? Path.Combine(Repository.Root, document) : Path.GetFullPath(Path.Combine(folder, link.File));
            Assert.True(File.Exists(path), link.File);
            Assert.True(link.Anchor.Length == 0 || new MarkdownFile(Path.GetRelativePath(Repository.Root, path)).Anchors.Contains(link.Anchor), $"{link}");
        });
    }

    /// <summary>README.md is also the package's page, on which links to files of the repository lead nowhere.</summary>
    [Fact]
    public void Links_InReadmeToFiles_AreReadableWithoutTheLink() => Assert.All(
        MarkdownFile.Readme.Links.Select(link => link.File).Where(file => file.Length > 0).Distinct(),
        file => Assert.Contains($"[{file}](", MarkdownFile.Readme.Text, StringComparison.Ordinal));
}
