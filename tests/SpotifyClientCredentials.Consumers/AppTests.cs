using SpotifyClientCredentials.Consumers.Support;

namespace SpotifyClientCredentials.Consumers;

/// <summary>Builds or publishes apps that use the packed packages, expects no warning, and runs them against FakeSpotify.</summary>
[Collection(OnePack.Name)]
public sealed class AppTests(Packed packed)
{
    private const string Track = "Never Late for the Tide";

    [Fact]
    public async Task Build_OfEveryApp_HasNoWarning()
    {
        _ = await packed.Apps;

        packed.Build!.AssertNoWarning();
    }

    [Theory]
    [InlineData("Console")]
    [InlineData("Console8")]
    [InlineData("Web")]
    [InlineData("Worker")]
    public async Task App_OfEachKind_GetsATrackTwiceWithOneToken(string app)
    {
        Command run = await RunBuiltWithFakeSpotifyAsync(app);

        Assert.Equal(2, run.Lines.Count(line => line == Track));
        Assert.Contains("Token requests: 1, API requests: 2", run.Lines);
    }

    [Fact]
    public async Task ReadmeConsole_CopiedUnchanged_GetsATrack()
    {
        Command run = await RunBuiltWithFakeSpotifyAsync("ReadmeConsole");

        Assert.Contains(Track, run.Lines);
        Assert.Contains("Token requests: 1, API requests: 1", run.Lines);
    }

    [Fact]
    public async Task Console8_OnALaterRuntime_UsesTheNet8BuildAndItsDependencies()
    {
        Command run = await RunBuiltWithFakeSpotifyAsync("Console8");

        Assert.Contains("Library built for .NETCoreApp,Version=v8.0", run.Lines);
        Assert.Contains("Microsoft.Extensions.Http 8", run.Lines);
    }

    [Fact]
    public async Task Web_ComparedWithAnEmptyApp_AddsOnlyTheLibrary()
    {
        string[] empty = await AssembliesAsync("EmptyWeb");
        string[] web = await AssembliesAsync("Web");

        Assert.Equal(["EmptyWeb.dll"], empty);
        Assert.Equal(["SpotifyClientCredentials.dll", "Web.dll"], web);
    }

    [Theory]
    [InlineData("NativeAot")]
    [InlineData("TrimmedSingleFile")]
    public async Task Publish_TrimmedOrNativeAot_HasNoWarningAndWorks(string app)
    {
        string output = await packed.PublishAsync(app);
        Command run = await Command.RunAsync(output, Path.Combine(output, app));

        Assert.Equal(["2 token requests, 5 API requests: as expected", "token shared, as expected"], run.Output.Trim().Split('\n'));
        Assert.Empty(Directory.GetFiles(output, "*.dll"));
    }

    [Fact]
    public async Task Publish_WithTheBearerTokenOnly_ContainsNothingOfSharingOrTheRateLimit()
    {
        const string App = "NativeAotApiCall";
        string output = await packed.PublishAsync(App);
        Command run = await RunWithFakeSpotifyAsync(Path.Combine(output, App));

        Assert.Contains("Token requests: 1, API requests: 1", run.Lines);
        string map = await ReadMapAsync(App);
        Assert.Contains("SpotifyClientCredentials_Cache_TokenCache", map, StringComparison.Ordinal);
        await packed.PublishAsync("NativeAot");
        string mapOfAll = await ReadMapAsync("NativeAot");
        string[] names =
        [
            "SpotifyClientCredentials_Share_", "SharingValidator",
            "SpotifyClientCredentials_Limit_", "RateLimitOptionsValidator", "RateLimitLog", "RateLimitTelemetry",
        ];
        Assert.All(names, name => Assert.Contains(name, mapOfAll, StringComparison.Ordinal));
        Assert.All(names, name => Assert.DoesNotContain(name, map, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_ProgramThatCallsAnApiThroughTheFactory_GrowsByAtMostEightPercent()
    {
        long plain = await SizeAsync("NativeAotPlainApiCall");
        long withLibrary = await SizeAsync("NativeAotApiCall");

        Assert.True(
            withLibrary <= 1.08 * plain,
            $"The library adds {withLibrary - plain} bytes, {(withLibrary / (double)plain) - 1:0.00 %}, to a NativeAOT program of {plain} bytes that calls an API "
            + "through IHttpClientFactory. IlcGenerateMapFile=true lists what the program contains. So far it was generic code: LINQ's iterators, structs as type arguments.");
    }

    private static string Built(string apps, string app) =>
        Directory.GetFiles(Path.Combine(apps, app, "bin"), $"{app}.dll", SearchOption.AllDirectories).Single();

    private async Task<long> SizeAsync(string app) =>
        new FileInfo(Path.Combine(await packed.PublishAsync(app), OperatingSystem.IsWindows() ? $"{app}.exe" : app)).Length;

    private async Task<string> ReadMapAsync(string app) =>
        await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(await packed.Apps, app, "obj"), $"{app}.map.xml", SearchOption.AllDirectories).Single());

    private async Task<Command> RunBuiltWithFakeSpotifyAsync(string app) => await RunWithFakeSpotifyAsync("dotnet", Built(await packed.Apps, app));

    private async Task<Command> RunWithFakeSpotifyAsync(params string[] command)
    {
        string apps = await packed.Apps;
        return await Command.RunAsync(apps, "dotnet", [Built(apps, "WithFakeSpotify"), .. command]);
    }

    private async Task<string[]> AssembliesAsync(string app) =>
        [.. Directory.GetFiles(Path.GetDirectoryName(Built(await packed.Apps, app))!, "*.dll").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
