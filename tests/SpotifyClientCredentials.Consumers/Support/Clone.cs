using System.Reflection;

namespace SpotifyClientCredentials.Consumers.Support;

/// <summary>A git clone of the repository with all files of its working tree, committed or not.</summary>
internal sealed class Clone
{
    public static readonly string[] Projects = ["SpotifyClientCredentials", "SpotifyClientCredentials.Testing"];

    private Clone(string folder) => Folder = folder;

    public static string Repository { get; } =
        typeof(Clone).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Repository").Value!;

    public string Folder { get; }

    public static async Task<Clone> MakeAsync(string folder)
    {
        await Command.RunAsync(Repository, "git", "clone", "--quiet", "--no-checkout", Repository, folder);
        Command files = await Command.RunAsync(Repository, "git", "-c", "core.quotePath=off", "ls-files", "--cached", "--others", "--exclude-standard");
        foreach (string file in files.Lines.Where(file => File.Exists(Path.Combine(Repository, file))))
        {
            string copy = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Repository, file), copy);
        }

        return new Clone(folder);
    }

    public async Task<string> GitAsync(params string[] arguments) => (await Command.RunAsync(Folder, "git", arguments)).Output.Trim();

    /// <summary>Packs in Release with the time of the commit, as for a release, and with a version suffix.</summary>
    public async Task PackAsync(string project, string versionSuffix, string output)
    {
        string timestamp = await GitAsync("log", "-1", "--format=%ct");
        await Command.RunAsync(
            Folder, "dotnet", "pack", $"src/{project}", "-c", "Release", "-o", output, "--version-suffix", versionSuffix, $"-p:DeterministicTimestamp={timestamp}");
    }
}
