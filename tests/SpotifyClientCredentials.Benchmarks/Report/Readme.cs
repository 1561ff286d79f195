using System.Globalization;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;

namespace SpotifyClientCredentials.Benchmarks.Report;

/// <summary>
/// Prints the tables of a run and, if requested, writes them between the markers in the README of the benchmarks, and the lines that follow from
/// them between the markers in the README of the repository.
/// </summary>
internal static class Readme
{
    private const string Tables = "tests/SpotifyClientCredentials.Benchmarks/README.md";

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
    /// <param name="written">The results to write; null to leave it unchanged.</param>
    /// <param name="with">The components used, with versions; null for the compared libraries.</param>
    public static void Publish(string section, string command, string whole, string? written, string? with = null)
    {
        Console.WriteLine(Text(whole));
        if (written is null)
        {
            return;
        }

        string tables = Replace(Tables, section, Text(written).ReplaceLineEndings("\n"));
        Replace("README.md", "performance", PerformanceLines.From(tables));

        string Text(string figures) => string.Join($"{Environment.NewLine}{Environment.NewLine}", $"`{command}`", Machine(with ?? Peers), figures);
    }

    /// <returns>The whole new text.</returns>
    private static string Replace(string file, string section, string text)
    {
        string path = Path.Combine(Root(), file);
        string replaced = MarkedSection.Replace(File.ReadAllText(path), section, text);
        File.WriteAllText(path, replaced);
        return replaced;
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
