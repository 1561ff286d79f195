using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class ReadmeCommandsTests
{
    [Fact]
    public void Commands_OnAClone_NameAProjectToRunAndASolutionToTest()
    {
        string commands = MarkdownFile.Readme.Blocks.First(block => block.Language == "sh").Code;
        Match run = Regex.Match(commands, @"\Adotnet run --project (\S+)\ndotnet test\n\z");

        Assert.True(run.Success, $"The first commands of README.md are:\n{commands}");
        Assert.Single(Directory.GetFiles(Path.Combine(Repository.Root, run.Groups[1].Value), "*.csproj"));
        Assert.Single(Directory.GetFiles(Repository.Root, "*.sln"));
    }

    [Fact]
    public void Install_OfAPackage_NamesOneThatIsPacked()
    {
        string[] packages = [.. Regex.Matches(MarkdownFile.Readme.Text, @"^dotnet add package (\S+)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

        Assert.Equal(["SpotifyClientCredentials", "SpotifyClientCredentials.Testing"], packages);
        Assert.Contains("<IsPackable>true</IsPackable>", File.ReadAllText(Path.Combine(Repository.Root, "src", "Directory.Build.props")), StringComparison.Ordinal);
        Assert.All(packages, package => Assert.True(File.Exists(Path.Combine(Repository.Root, "src", package, package + ".csproj")), package));
    }

    [Fact]
    public void Files_ThatReadmeNames_AreInTheRepository() => Assert.All(
        Regex.Matches(MarkdownFile.Readme.Text, @"\b[A-Z]{5,}\.md\b|\bsrc/[\w./]+\.csproj").Select(match => match.Value),
        file => Assert.True(File.Exists(Path.Combine(Repository.Root, file)), file));

    [Fact]
    public void Links_InTheIssueForms_LeadToFilesAndHeadings()
    {
        string[] forms = Directory.GetFiles(Path.Combine(Repository.Root, ".github", "ISSUE_TEMPLATE"), "*.yml");
        Match[] links = [.. forms.SelectMany(form => Regex.Matches(File.ReadAllText(form), @"\]\(\.\./blob/HEAD/([^)#]+)#?([^)]*)\)"))];

        Assert.Contains(links, link => link.Groups[2].Value == "is-it-the-token");
        Assert.All(links, link =>
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, link.Groups[1].Value)), link.Value);
            Assert.True(link.Groups[2].Value.Length == 0 || MarkdownFile.Readme.Anchors.Contains(link.Groups[2].Value), link.Value);
        });
    }
}
