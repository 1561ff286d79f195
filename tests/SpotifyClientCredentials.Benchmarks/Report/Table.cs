namespace SpotifyClientCredentials.Benchmarks.Report;

/// <summary>A table in Markdown, which reads well in a terminal too.</summary>
internal sealed record Table(string Title, string[] Columns, IReadOnlyList<string[]> Rows)
{
    public override string ToString() => string.Join(Environment.NewLine,
    [
        $"**{Title}**",
        "",
        Line(Columns),
        Line(Columns.Select((_, column) => column == 0 ? "---" : "---:")),
        .. Rows.Select(Line),
    ]);

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
