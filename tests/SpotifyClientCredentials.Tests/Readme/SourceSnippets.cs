using System.Reflection;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>
/// The snippets in the source of these tests, which the build embeds: what stands between <c>// README: name</c> and <c>// end</c>. Parts of
/// the same name make one snippet, with an empty line between them.
/// </summary>
internal static class SourceSnippets
{
    private const string Begin = "// README: ";
    private const string End = "// end";

    public static IReadOnlyDictionary<string, string> All { get; } = Files()
        .SelectMany(Parts)
        .GroupBy(part => part.Name, part => part.Code)
        .ToDictionary(parts => parts.Key, parts => string.Join('\n', parts));

    private static IEnumerable<string[]> Files()
    {
        Assembly assembly = typeof(SourceSnippets).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("Readme/", StringComparison.Ordinal)))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        }
    }

    private static IEnumerable<(string Name, string Code)> Parts(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimStart().StartsWith(Begin, StringComparison.Ordinal))
            {
                string name = lines[i].TrimStart()[Begin.Length..];
                string[] code = [.. lines.Skip(i + 1).TakeWhile(line => line.TrimStart() != End)];
                yield return (name, Dedent(code));
            }
        }
    }

    private static string Dedent(string[] lines)
    {
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length > 0 ? line[indent..] : line) + "\n"));
    }
}
