namespace SpotifyClientCredentials.Benchmarks.Report;

/// <summary>The part of a document between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>.</summary>
internal static class MarkedSection
{
    /// <returns>The document with another part between the markers.</returns>
    /// <exception cref="InvalidOperationException">The markers are missing.</exception>
    public static string Replace(string document, string name, string part)
    {
        string begin = $"<!-- {name} -->";
        string end = $"<!-- /{name} -->";
        int from = document.IndexOf(begin, StringComparison.Ordinal);
        int to = document.IndexOf(end, StringComparison.Ordinal);
        return from >= 0 && to > from
            ? $"{document[..(from + begin.Length)]}\n\n{part}\n\n{document[to..]}"
            : throw new InvalidOperationException($"The document has no markers {begin} and {end}. Add them where the text belongs.");
    }
}
