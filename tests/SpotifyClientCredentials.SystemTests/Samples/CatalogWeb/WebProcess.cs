using System.Diagnostics;
using System.Text;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>The built web sample on a free port, ended with the test.</summary>
internal sealed class WebProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly DirectoryInfo _userSecrets;
    private readonly StringBuilder _output = new(); // locked: two streams are written to it
    private readonly TaskCompletionSource<Uri?> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WebProcess(IEnumerable<KeyValuePair<string, string?>> variables, string? userSecrets = null, params string[] arguments)
    {
        _userSecrets = Directory.CreateTempSubdirectory();
        if (userSecrets is not null)
        {
            DirectoryInfo secrets = _userSecrets.CreateSubdirectory("Microsoft/UserSecrets/spotify-client-credentials-catalog-web");
            File.WriteAllText(Path.Combine(secrets.FullName, "secrets.json"), userSecrets);
        }

        Dictionary<string, string?> all = new(variables)
        {
            // Where it is Development, user secrets are read, and visitors get a developer's page in place of what they should.
            ["ASPNETCORE_ENVIRONMENT"] = userSecrets is null ? "Production" : "Development",
        };
        all.TryAdd("ASPNETCORE_URLS", "http://127.0.0.1:0");
        string directory = Path.Combine(Repository.Root, "samples", "CatalogWeb");
        _process = Process.Start(SampleStart.Create("CatalogWeb", directory, _userSecrets.FullName, all, arguments))!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = SampleStart.HangLimit };

    /// <summary>All that it has written to the console.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>What makes the fake the real Spotify to the sample.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> CredentialsOf(FakeSpotify fake) =>
    [
        new("Spotify__ClientId", fake.ClientId),
        new("Spotify__ClientSecret", fake.ClientSecret),
        new("Spotify__TokenEndpoint", fake.TokenEndpoint.AbsoluteUri),
        new("Spotify__ApiBaseAddress", fake.ApiBaseAddress.AbsoluteUri),
    ];

    /// <summary>Starts it where no credentials are set.</summary>
    public static Task<WebProcess> StartAsync(string tokenLifetime = "00:10:00") => StartAsync([new("Sample__TokenLifetime", tokenLifetime)]);

    public static async Task<WebProcess> StartAsync(IEnumerable<KeyValuePair<string, string?>> variables, params string[] arguments)
    {
        WebProcess process = new(variables, arguments: arguments);
        try
        {
            process.Address = await process._address.Task.WaitAsync(SampleStart.HangLimit) ?? throw new InvalidOperationException(process.Output);
            process.Client.BaseAddress = process.Address;
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it where that must fail.</summary>
    /// <returns>The exit code and all that it wrote to the console.</returns>
    public static async Task<(int ExitCode, string Output)> FailAsync(
        IEnumerable<KeyValuePair<string, string?>> variables, string? userSecrets = null)
    {
        await using WebProcess process = new(variables, userSecrets);
        int exitCode = await process.WaitForExitAsync();
        return (exitCode, process.Output);
    }

    /// <summary>Ends it as the terminal's Ctrl+C or an orchestrator would.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        return await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _userSecrets.Delete(recursive: true);
    }

    private async Task<int> WaitForExitAsync()
    {
        using CancellationTokenSource limit = new(SampleStart.HangLimit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    private void Read(string? line)
    {
        Append(line);
        if (line is null)
        {
            _address.TrySetResult(null); // the end of the output, and so of the process
        }
        else if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
        {
            _address.TrySetResult(new Uri(line[(at + Listening.Length)..]));
        }
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.Append(line).Append('\n', line is null ? 0 : 1);
        }
    }
}
