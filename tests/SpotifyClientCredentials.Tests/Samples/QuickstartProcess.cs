using System.Diagnostics;
using System.Reflection;
using System.Text;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Samples;

/// <summary>
/// Runs the built sample as its user would, in an environment in which nothing of the developer's own Spotify app is left: no variable, no
/// user secrets, no proxy.
/// </summary>
internal sealed class QuickstartProcess
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(3);

    private static readonly string Assembly = typeof(QuickstartProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Quickstart").Value!;

    private readonly Dictionary<string, string?> _variables = [];

    public string? this[string variable]
    {
        set => _variables[variable] = value;
    }

    /// <summary>The content of the user secrets' file, which is missing where this is null.</summary>
    public string? UserSecrets { get; set; }

    /// <summary>Gives the sample the fake's addresses and credentials, so that to the sample the fake is the real Spotify.</summary>
    public void Use(FakeSpotify fake)
    {
        this["Spotify__ClientId"] = fake.ClientId;
        this["Spotify__ClientSecret"] = fake.ClientSecret;
        this["Spotify__TokenEndpoint"] = fake.TokenEndpoint.AbsoluteUri;
        this["Spotify__ApiBaseAddress"] = fake.ApiBaseAddress.AbsoluteUri;
    }

    public async Task<QuickstartResult> RunAsync(params string[] arguments)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory();
        try
        {
            if (UserSecrets is not null)
            {
                DirectoryInfo secrets = directory.CreateSubdirectory("Microsoft/UserSecrets/spotify-client-credentials-quickstart");
                await File.WriteAllTextAsync(Path.Combine(secrets.FullName, "secrets.json"), UserSecrets);
            }

            return await RunAsync(CreateStart(directory.FullName, arguments));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private ProcessStartInfo CreateStart(string directory, string[] arguments)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = directory,
        };
        foreach (string personal in start.Environment.Keys.Where(IsPersonal).ToArray())
        {
            start.Environment.Remove(personal);
        }

        // Where it is set, user secrets are below it on every operating system.
        start.Environment["APPDATA"] = directory;
        foreach ((string name, string? value) in _variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task<QuickstartResult> RunAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(HangLimit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new QuickstartResult(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
        }
        finally
        {
            process.Kill();
        }
    }

    private static bool IsPersonal(string variable) =>
        variable.StartsWith("Spotify", StringComparison.OrdinalIgnoreCase) || variable.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase);
}

internal sealed record QuickstartResult(int ExitCode, string Output, string Error);
