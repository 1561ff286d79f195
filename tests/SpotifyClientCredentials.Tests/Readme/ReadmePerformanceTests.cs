using System.Text.RegularExpressions;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class ReadmePerformanceTests
{
    [Theory]
    [InlineData("benchmarks", "dotnet run -c Release --project tests/SpotifyClientCredentials.Benchmarks")]
    [InlineData("scenarios", "dotnet run -c Release --project tests/SpotifyClientCredentials.Benchmarks -- scenarios")]
    [InlineData("fleet", "dotnet run -c Release --project tests/SpotifyClientCredentials.Benchmarks -- fleet --processes 8 --instances 50")]
    [InlineData("size", "dotnet run -c Release --project tests/SpotifyClientCredentials.Benchmarks -- size")]
    public void Section_BetweenItsMarkers_IsTheOutputOfItsCommand(string section, string command)
    {
        string text = Regex.Match(MarkdownFile.Benchmarks.Text, $"<!-- {section} -->\n\n(.*)\n\n<!-- /{section} -->", RegexOptions.Singleline).Groups[1].Value;
        string[] paragraphs = text.Split("\n\n");

        Assert.Equal($"`{command}`", paragraphs[0]);
        Assert.Matches(@"\A20\d\d-\d\d-\d\d, \d+ cores, .* GC, .*\.\z", paragraphs[1]);
        Assert.StartsWith("|", paragraphs[3], StringComparison.Ordinal);
        Assert.Contains($"{command} {(command.Contains(" -- ", StringComparison.Ordinal) ? "" : "-- ")}--write-readme\n", MarkdownFile.Benchmarks.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_InReadme_FollowFromTheTables()
    {
        string lines = PerformanceLines.From(MarkdownFile.Benchmarks.Text);

        Assert.Equal(6, lines.Split('\n').Length);
        Assert.Contains($"<!-- performance -->\n\n{lines}\n\n<!-- /performance -->", MarkdownFile.Readme.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_AfterAnotherMeasurement_AreWrittenIntoReadme()
    {
        string tables = MarkdownFile.Benchmarks.Text.Replace("| Cold start, lock | 1 |", "| Cold start, lock | 7 |", StringComparison.Ordinal);

        string readme = MarkedSection.Replace(MarkdownFile.Readme.Text, "performance", PerformanceLines.From(tables));

        Assert.Contains("with a shared token and a lock: 7.\n", readme, StringComparison.Ordinal);
        Assert.Equal(MarkdownFile.Readme.Text, MarkedSection.Replace(readme, "performance", PerformanceLines.From(MarkdownFile.Benchmarks.Text)));
    }

    [Fact]
    public void Section_WithoutMarkers_NamesThem() => Assert.Contains(
        "<!-- size -->", Assert.Throws<InvalidOperationException>(() => MarkedSection.Replace(MarkdownFile.Readme.Text, "size", "")).Message, StringComparison.Ordinal);

    [Fact]
    public void Lines_FromTablesWithoutARow_NameIt()
    {
        string tables = MarkdownFile.Benchmarks.Text.Replace("| Cold start, lock |", "| Another case |", StringComparison.Ordinal);

        Assert.Contains("Cold start, lock", Assert.Throws<InvalidOperationException>(() => PerformanceLines.From(tables)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_OutsideOfTheMarkers_DoNotExist()
    {
        string performance = Regex.Match(MarkdownFile.Readme.Text, "\n## Performance\n(.*?)\n## ", RegexOptions.Singleline).Groups[1].Value;
        string typed = Regex.Replace(performance, @"<!-- (\w+) -->.*<!-- /\1 -->", "", RegexOptions.Singleline);

        Assert.NotEmpty(typed);
        Assert.DoesNotMatch(@"\d", typed);
    }
}
