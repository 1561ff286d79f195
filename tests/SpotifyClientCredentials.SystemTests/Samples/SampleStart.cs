using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace SpotifyClientCredentials.SystemTests.Samples;

/// <summary>
/// How a built sample is started as its user would, in an environment in which nothing of the developer's own Spotify app is left: no
/// variable, no user secrets, no proxy.
/// </summary>
internal static class SampleStart
{
    /// <summary>The limit that only a hang meets.</summary>
    public static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(3);

    private static readonly string[] Personal = ["Spotify", "Sample", "Redis", "ASPNETCORE_", "Logging"];

    /// <param name="sample">The name of the assembly metadata that says where the sample's assembly is.</param>
    /// <param name="workingDirectory">Where it is started.</param>
    /// <param name="userSecrets">On every operating system, user secrets are below it.</param>
    /// <param name="variables">The environment variables that are set, or removed where the value is null.</param>
    /// <param name="arguments">The sample's arguments.</param>
    public static ProcessStartInfo Create(
        string sample, string workingDirectory, string userSecrets, IReadOnlyDictionary<string, string?> variables, params string[] arguments)
    {
        string assembly = typeof(SampleStart).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == sample).Value!;
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = workingDirectory,
        };
        foreach (string personal in start.Environment.Keys.Where(IsPersonal).ToArray())
        {
            start.Environment.Remove(personal);
        }

        start.Environment["APPDATA"] = userSecrets;
        foreach ((string name, string? value) in variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static bool IsPersonal(string variable) =>
        Personal.Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || variable.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase);
}
