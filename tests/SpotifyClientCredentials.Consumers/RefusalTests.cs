using SpotifyClientCredentials.Consumers.Support;

namespace SpotifyClientCredentials.Consumers;

/// <summary>Packing fails if the package would be wrong.</summary>
[Collection(OnePack.Name)]
public sealed class RefusalTests(Packed packed)
{
    [Fact]
    public Task Pack_WithMachinePaths_Fails() =>
        AssertFailsAsync("RefuseMachinePaths", "Pack in Release, from a git clone", "-p:Configuration=Debug", "-p:ContinuousIntegrationBuild=false");

    [Fact]
    public Task Pack_WithAVersionMissingFromTheChangelog_Fails() =>
        AssertFailsAsync("ReadReleaseNotes", "\"## [9.9.9]\"", "-p:VersionPrefix=9.9.9");

    private async Task AssertFailsAsync(string target, string message, params string[] properties)
    {
        Command pack = await Command.TryAsync(
            packed.Clone.Folder, "dotnet", ["msbuild", "src/SpotifyClientCredentials", "-p:TargetFramework=net10.0", $"-t:{target}", .. properties]);

        Assert.NotEqual(0, pack.ExitCode);
        Assert.Contains(message, pack.Output, StringComparison.Ordinal);
    }
}
