using System.Text.RegularExpressions;
using SpotifyClientCredentials.Consumers.Support;

namespace SpotifyClientCredentials.Consumers;

/// <summary>Apps that use the packages as they are packed: built or published without a warning, and run against FakeSpotify.</summary>
[Collection(OnePack.Name)]
public sealed class AppTests(Packed packed)
{
    private const string Track = "Never Late for the Tide";

    [Fact]
    public async Task Builds_OfTheApps_WarnOfNothing()
    {
        _ = await packed.Apps;

        AssertNoWarning(packed.Build!);
    }

    [Theory]
    [InlineData("Console")]
    [InlineData("Console8")]
    [InlineData("Web")]
    [InlineData("Worker")]
    public async Task App_OfEachKind_GetsItsTrackTwiceWithOneToken(string app)
    {
        Command run = await RunWithFakeSpotifyAsync(app);

        Assert.Equal(2, run.Lines.Count(line => line == Track));
        Assert.Contains("Token requests: 1, API requests: 2", run.Lines);
    }

    [Fact]
    public async Task ReadmeConsole_CopiedAsItIs_GetsItsTrack()
    {
        Command run = await RunWithFakeSpotifyAsync("ReadmeConsole");

        Assert.Contains(Track, run.Lines);
        Assert.Contains("Token requests: 1, API requests: 1", run.Lines);
    }

    [Fact]
    public async Task Console8_OnALaterRuntime_HasTheBuildForNet8AndItsDependencies()
    {
        Command run = await RunWithFakeSpotifyAsync("Console8");

        Assert.Contains("Library built for .NETCoreApp,Version=v8.0", run.Lines);
        Assert.Contains("Microsoft.Extensions.Http 8", run.Lines);
    }

    [Fact]
    public async Task Web_ComparedWithAnEmptyOne_GainsTheLibraryAndNothingElse()
    {
        string[] empty = await AssembliesAsync("EmptyWeb");
        string[] web = await AssembliesAsync("Web");

        Assert.Equal(["EmptyWeb.dll"], empty);
        Assert.Equal(["SpotifyClientCredentials.dll", "Web.dll"], web);
    }

    [Theory]
    [InlineData("NativeAot")]
    [InlineData("TrimmedSingleFile")]
    public async Task Published_WithNothingLeftOver_WarnsOfNothingAndDoesItsWork(string app)
    {
        string apps = await packed.Apps;
        string output = Path.Combine(apps, app, "published");

        Command publish = await Command.RunAsync(
            apps, "dotnet", "publish", app, "-c", "Release", "--use-current-runtime", "-o", output, "-clp:NoSummary", $"-p:PackedVersion={packed.Version}");
        Command run = await Command.RunAsync(output, Path.Combine(output, app));

        AssertNoWarning(publish);
        Assert.Equal(["2 token requests, 3 API requests: as expected", "token shared, as expected"], run.Output.Trim().Split('\n'));
        Assert.Empty(Directory.GetFiles(output, "*.dll"));
    }

    private static string Built(string apps, string app) =>
        Directory.GetFiles(Path.Combine(apps, app, "bin"), $"{app}.dll", SearchOption.AllDirectories).Single();

    // Also of tools whose warnings are no errors, such as the native linker.
    private static void AssertNoWarning(Command command) => Assert.False(Regex.IsMatch(command.Output, @"(?i)\bwarn(ing)?\b(?!\(s\))"), command.Output);

    private async Task<Command> RunWithFakeSpotifyAsync(string app)
    {
        string apps = await packed.Apps;
        return await Command.RunAsync(apps, "dotnet", Built(apps, "WithFakeSpotify"), "dotnet", Built(apps, app));
    }

    private async Task<string[]> AssembliesAsync(string app) =>
        [.. Directory.GetFiles(Path.GetDirectoryName(Built(await packed.Apps, app))!, "*.dll").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
