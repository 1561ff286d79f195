using SpotifyClientCredentials.Consumers.Support;
using Xunit.Abstractions;

namespace SpotifyClientCredentials.Consumers;

/// <summary>Runs an app that uses the packed packages on each .NET version, published with that version's own runtime.</summary>
[Collection(OnePack.Name)]
public sealed class RuntimeTests(Packed packed, ITestOutputHelper output)
{
    private static readonly string[] Steps = ["acquire", "renew", "401", "synchronous Send", "named apps", "options reload", "sharing"];

    [Theory]
    [InlineData(8, "v8.0")]
    [InlineData(9, "v8.0")]
    [InlineData(10, "v10.0")]
    [InlineData(11, "v10.0")]
    public async Task EachRuntime_PublishedWithItsOwnRuntime_DoesWhatUsersDo(int version, string libraryBuild)
    {
        const string App = "EachRuntime";
        string folder = await packed.PublishAsync(App, $"-p:RunOn={version}");
        Command run = await Command.RunAsync(folder, Path.Combine(folder, App));

        string[] lines = run.Output.Trim().Split('\n');
        output.WriteLine(lines[0]);
        Assert.StartsWith($".NET {version}.", lines[0], StringComparison.Ordinal);
        Assert.Equal([$"Library built for .NETCoreApp,Version={libraryBuild}", .. Steps.Select(step => $"{step}: as expected")], lines[1..]);
    }
}
