namespace SpotifyClientCredentials.Benchmarks.Report;

/// <summary>A Markdown table that is also readable in a terminal.</summary>
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
