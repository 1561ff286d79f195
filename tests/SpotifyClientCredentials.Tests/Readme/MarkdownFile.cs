using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>A document for users: its code blocks and its tables.</summary>
internal sealed class MarkdownFile(string path)
{
    /// <summary>The README of the repository and of the package SpotifyClientCredentials.</summary>
    public static MarkdownFile Readme { get; } = new("README.md");

    /// <summary>The recipes.</summary>
    public static MarkdownFile Samples { get; } = new("samples/README.md");

    /// <summary>The measurements.</summary>
    public static MarkdownFile Benchmarks { get; } = new("tests/SpotifyClientCredentials.Benchmarks/README.md");

    /// <summary>The documents with C#, by the names that <see cref="SourceSnippets"/> have for them.</summary>
    public static IReadOnlyDictionary<string, MarkdownFile> WithSnippets { get; } = new Dictionary<string, MarkdownFile>
    {
        ["README"] = Readme,
        ["Recipe"] = Samples,
        ["README of Testing"] = new("src/SpotifyClientCredentials.Testing/README.md"),
    };

    /// <summary>The names by which a link can lead to a heading.</summary>
    public IEnumerable<string> Anchors => Regex.Matches(Text, "^#+ (.+)$", RegexOptions.Multiline)
        .Select(heading => Regex.Replace(heading.Groups[1].Value.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-'));

    /// <summary>The links to files of the repository, relative to the document's folder, and to headings. Either part can be empty.</summary>
    public IEnumerable<(string File, string Anchor)> Links =>
        Regex.Matches(Text, @"\]\((?!https?:)([^)#]*)#?([^)]*)\)").Select(link => (link.Groups[1].Value, link.Groups[2].Value));

    public string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, path)).Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>The languages and contents of all fenced blocks.</summary>
    public IEnumerable<(string Language, string Code)> Blocks =>
        Regex.Matches(Text, "^```(.*)\n((?:.*\n)*?)```$", RegexOptions.Multiline).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    /// <summary>
    /// The rows of the first table under a heading, each by the names of its columns. Code marks are left out. A pipe inside a cell is written
    /// <c>\|</c>.
    /// </summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Table(string heading)
    {
        string[] lines = [.. Text.Split('\n')
            .SkipWhile(line => line.TrimStart('#') != " " + heading)
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))];
        Assert.True(lines.Length > 2, $"{path} has no table under \"{heading}\".");
        string[] columns = Cells(lines[0]);
        return [.. lines.Skip(2).Select(line => columns.Zip(Cells(line)).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    public override string ToString() => path;

    private static string[] Cells(string line) =>
        [.. Regex.Split(line.Trim('|'), @"(?<!\\)\|").Select(cell => cell.Replace("`", "", StringComparison.Ordinal).Trim())];
}
