namespace SpotifyClientCredentials.Consumers.Support;

/// <summary>The programs in README.md, as a reader would copy them.</summary>
internal static class Readme
{
    /// <summary>Returns the first C# block under a heading.</summary>
    public static string CodeUnder(string heading)
    {
        string[] code = [.. File.ReadLines(Path.Combine(Clone.Repository, "README.md"))
            .SkipWhile(line => line.TrimStart('#') != " " + heading)
            .SkipWhile(line => line != "```csharp")
            .Skip(1)
            .TakeWhile(line => line != "```")];
        Assert.True(code.Length > 0, $"README.md has no C# under \"{heading}\".");
        return string.Join('\n', code);
    }
}
