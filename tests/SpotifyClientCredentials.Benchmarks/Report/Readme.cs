using System.Globalization;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;

namespace SpotifyClientCredentials.Benchmarks.Report;

/// <summary>Prints the tables of a run and, if requested, writes them between the markers in README.md.</summary>
internal static class Readme
{
    /// <summary>The date, the machine and the versions of a measurement.</summary>
    private static string Machine(string with) => string.Create(CultureInfo.InvariantCulture,
        $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.OSDescription.Split(' ')[0]}, {RuntimeInformation.FrameworkDescription}, SpotifyClientCredentials {typeof(AccessToken).Assembly.GetName().Version!.ToString(3)}, {with}; {Settings}.");

    private static string Peers => string.Join(", ", new (string Name, Type Type)[]
    {
        ("FusionCache", typeof(ZiggyCreatures.Caching.Fusion.FusionCache)), ("Azure.Core", typeof(Azure.Core.TokenCredential)), ("MSAL", typeof(Microsoft.Identity.Client.AuthenticationResult)),
    }.Select(peer => $"{peer.Name} {peer.Type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}"));

    private static string Settings =>
        $"{(GCSettings.IsServerGC ? "server" : "workstation")} GC, {(AppContext.TryGetSwitch("System.GC.Concurrent", out bool isConcurrent) && !isConcurrent ? "not concurrent" : "concurrent")}, tiered PGO {TieredPgo}";

    /// <param name="section">The name in the markers: <c>&lt;!-- section --&gt;</c> and <c>&lt;!-- /section --&gt;</c>.</param>
    /// <param name="command">The command that repeats the run.</param>
    /// <param name="whole">All results, to print.</param>
    /// <param name="written">The results to write into README.md; null to leave it unchanged.</param>
    /// <param name="with">The components used, with versions; null for the compared libraries.</param>
    public static void Publish(string section, string command, string whole, string? written, string? with = null)
    {
        Console.WriteLine(Text(whole));
        if (written is null)
        {
            return;
        }

        string path = Path.Combine(Root(), "README.md");
        string readme = File.ReadAllText(path);
        string begin = $"<!-- {section} -->";
        int from = readme.IndexOf(begin, StringComparison.Ordinal);
        int to = readme.IndexOf($"<!-- /{section} -->", StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new InvalidOperationException($"README.md has no markers {begin} and <!-- /{section} -->. Add them where the tables belong.");
        }

        File.WriteAllText(path, $"{readme[..(from + begin.Length)]}\n\n{Text(written).ReplaceLineEndings("\n")}\n\n{readme[to..]}");

        string Text(string figures) => string.Join($"{Environment.NewLine}{Environment.NewLine}", $"`{command}`", Machine(with ?? Peers), figures);
    }

    /// <summary>Finds the folder of the solution.</summary>
    public static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SpotifyClientCredentials.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Run this program from within the repository.");
    }

    private static string TieredPgo => (AppContext.TryGetSwitch("System.Runtime.TieredPGO", out bool isOn) && !isOn) || Environment.GetEnvironmentVariable("DOTNET_TieredPGO") == "0" ? "off" : "on";
}
