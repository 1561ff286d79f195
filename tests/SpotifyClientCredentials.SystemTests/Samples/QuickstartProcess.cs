using System.Diagnostics;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.SystemTests.Samples;

/// <summary>Runs the built sample to its end.</summary>
internal sealed class QuickstartProcess
{
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

            return await RunAsync(SampleStart.Create("Quickstart", directory.FullName, directory.FullName, _variables, arguments));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<QuickstartResult> RunAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(SampleStart.HangLimit);
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
}

internal sealed record QuickstartResult(int ExitCode, string Output, string Error);
