using System.Reflection;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>
/// The snippets in the source of these tests, which the build embeds: what stands between <c>// {document}: {name}</c> and <c>// end</c>.
/// Parts of the same name make one snippet, with an empty line between them. Documents are those of <see cref="MarkdownFile.WithSnippets"/>.
/// </summary>
internal static class SourceSnippets
{
    private const string End = "// end";

    public static IReadOnlyCollection<string> Of(string document) => [.. Files()
        .SelectMany(lines => Parts(lines, $"// {document}: "))
        .GroupBy(part => part.Name, part => part.Code)
        .Select(parts => string.Join('\n', parts))];

    private static IEnumerable<string[]> Files()
    {
        Assembly assembly = typeof(SourceSnippets).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("Readme/", StringComparison.Ordinal)))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        }
    }

    private static IEnumerable<(string Name, string Code)> Parts(string[] lines, string begin)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimStart().StartsWith(begin, StringComparison.Ordinal))
            {
                string name = lines[i].TrimStart()[begin.Length..];
                string[] code = [.. lines.Skip(i + 1).TakeWhile(line => line.TrimStart() != End)];
                yield return (name, Dedent(code));
            }
        }
    }

    private static string Dedent(string[] lines)
    {
        // Preprocessor directives aren't indented.
        int indent = lines.Where(line => line.Length > 0 && line[0] != '#').Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length > 0 && line[0] != '#' ? line[indent..] : line) + "\n"));
    }
}
