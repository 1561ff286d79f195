using System.Text.RegularExpressions;

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
        string text = Regex.Match(MarkdownFile.Readme.Text, $"<!-- {section} -->\n\n(.*)\n\n<!-- /{section} -->", RegexOptions.Singleline).Groups[1].Value;
        string[] paragraphs = text.Split("\n\n");

        Assert.Equal($"`{command}`", paragraphs[0]);
        Assert.Matches(@"\A20\d\d-\d\d-\d\d, \d+ cores, .* GC, .*\.\z", paragraphs[1]);
        Assert.StartsWith("|", paragraphs[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_OutsideOfTheMarkers_DoNotExist()
    {
        string performance = Regex.Match(MarkdownFile.Readme.Text, "\n## Performance\n(.*?)\n## ", RegexOptions.Singleline).Groups[1].Value;
        string typed = Regex.Replace(performance, @"<!-- (\w+) -->.*<!-- /\1 -->", "", RegexOptions.Singleline);

        Assert.NotEmpty(typed);
        Assert.DoesNotMatch(@"\d", Regex.Replace(typed, @"\b401\b", ""));
    }
}
