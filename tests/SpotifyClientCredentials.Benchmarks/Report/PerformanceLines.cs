using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Benchmarks.Report;

/// <summary>The six lines about performance in the README of the repository, taken from the tables in that of the benchmarks.</summary>
internal static class PerformanceLines
{
    /// <param name="tables">The README of the benchmarks.</param>
    /// <exception cref="InvalidOperationException">A table, a row or a column is missing.</exception>
    public static string From(string tables)
    {
        tables = tables.ReplaceLineEndings("\n");
        Section benchmarks = new(tables, "benchmarks");
        Section scenarios = new(tables, "scenarios");
        Section fleet = new(tables, "fleet");
        Section size = new(tables, "size");
        const string Handler = "Handler [AsyncInner=False]";
        const string Stampede = "1000 concurrent first calls";
        const string Revoked = "1000 calls with a revoked token";
        return string.Join('\n',
        [
            $"- **A cached token** allocates {benchmarks.Bytes("Ours", "GetToken")}. A handwritten cache with a semaphore takes {benchmarks.Time("Semaphore", "GetToken")} times as long, FusionCache {benchmarks.Time("FusionCache", "GetToken")} times, MSAL {benchmarks.Time("Msal", "GetToken")} times.",
            $"- **A call through the handler** allocates {benchmarks.Bytes("Ours", Handler)}. Setting a header and checking nothing takes {benchmarks.Time("Limit", Handler)} times as long and allocates {benchmarks.Bytes("Limit", Handler)}.",
            $"- **1000 concurrent first calls**, token requests: {scenarios.Cell(Stampede, "Ours")}; with MSAL: {scenarios.Cell(Stampede, "Msal")}.",
            $"- **1000 calls with a revoked token**, failed: {scenarios.Cell(Revoked, "Ours")}; with a handler that doesn't handle a 401: {scenarios.Cell(Revoked, "Semaphore")}.",
            $"- **Cold start of {Instances(fleet)}**, token requests: {fleet.Cell("Cold start, no sharing", "token requests")}; with a shared token and a lock: {fleet.Cell("Cold start, lock", "token requests")}.",
            $"- **A NativeAOT program** that sends one request: {size.Cell("size of a NativeAOT", "with the library")} the size and {size.Cell("its run, token request included", "with the library")} the time of one without the library, {size.Cell("its run, relative to one", "with the library")} the time of one that requests a token by hand.",
        ]);
    }

    private static string Instances(Section fleet)
    {
        Match match = Regex.Match(fleet.Text, @"^\*\*(\d+) processes × (\d+) instances", RegexOptions.Multiline);
        return match.Success
            ? $"{match.Groups[1].Value} processes with {match.Groups[2].Value} instances each"
            : throw new InvalidOperationException("The fleet's table doesn't say how many instances there are.");
    }

    private sealed class Section(string readme, string name)
    {
        public string Text { get; } = Regex.Match(readme, $"<!-- {name} -->(.*)<!-- /{name} -->", RegexOptions.Singleline).Groups[1].Value;

        public string Time(string row, string column) => Cell(row, column).Split(", ")[0];

        public string Bytes(string row, string column) => Cell(row, column).Split(", ")[1];

        /// <param name="row">How the row begins: the first such row of the first table that has the column counts, a whole cell before a beginning.</param>
        /// <param name="column">The head of the column.</param>
        public string Cell(string row, string column)
        {
            foreach (string[][] table in Text.Split("\n\n").Where(part => part.StartsWith('|')).Select(part => part.Split('\n').Select(Cells).ToArray()))
            {
                int index = Array.IndexOf(table[0], column);
                string[]? cells = table.Skip(2).FirstOrDefault(cells => cells[0] == row)
                    ?? table.Skip(2).FirstOrDefault(cells => cells[0].StartsWith(row, StringComparison.Ordinal));
                if (index >= 0 && cells is not null)
                {
                    return cells[index];
                }
            }

            throw new InvalidOperationException($"The tables of {name} have no cell in row \"{row}\" and column \"{column}\".");
        }

        private static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
    }
}
