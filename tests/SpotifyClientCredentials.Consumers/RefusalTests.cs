using SpotifyClientCredentials.Consumers.Support;

namespace SpotifyClientCredentials.Consumers;

/// <summary>What must not become a package.</summary>
[Collection(OnePack.Name)]
public sealed class RefusalTests(Packed packed)
{
    [Fact]
    public Task Pack_WithPathsOfThisMachineInIt_IsRefused() =>
        AssertRefusedAsync("RefuseMachinePaths", "Pack in Release, from a git clone", "-p:Configuration=Debug", "-p:ContinuousIntegrationBuild=false");

    [Fact]
    public Task Pack_OfAVersionThatTheChangelogDoesNotKnow_IsRefused() =>
        AssertRefusedAsync("ReadReleaseNotes", "\"## [9.9.9]\"", "-p:VersionPrefix=9.9.9");

    private async Task AssertRefusedAsync(string target, string message, params string[] properties)
    {
        Command pack = await Command.TryAsync(
            packed.Clone.Folder, "dotnet", ["msbuild", "src/SpotifyClientCredentials", "-p:TargetFramework=net10.0", $"-t:{target}", .. properties]);

        Assert.NotEqual(0, pack.ExitCode);
        Assert.Contains(message, pack.Output, StringComparison.Ordinal);
    }
}
