using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>README.md, which the build copies beside the tests: its code blocks and its tables.</summary>
internal static class ReadmeFile
{
    public static string Text { get; } =
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md")).Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>The languages and contents of all fenced blocks.</summary>
    public static IEnumerable<(string Language, string Code)> Blocks =>
        Regex.Matches(Text, "^```(.*)\n((?:.*\n)*?)```$", RegexOptions.Multiline).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    /// <summary>
    /// The rows of the first table under a heading, each by the names of its columns. Code marks are left out. A pipe inside a cell is written
    /// <c>\|</c>.
    /// </summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Table(string heading)
    {
        string[] lines = [.. Text.Split('\n')
            .SkipWhile(line => line.TrimStart('#') != " " + heading)
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))];
        Assert.True(lines.Length > 2, $"README.md has no table under \"{heading}\".");
        string[] columns = Cells(lines[0]);
        return [.. lines.Skip(2).Select(line => columns.Zip(Cells(line)).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    private static string[] Cells(string line) =>
        [.. Regex.Split(line.Trim('|'), @"(?<!\\)\|").Select(cell => cell.Replace("`", "", StringComparison.Ordinal).Trim())];
}
