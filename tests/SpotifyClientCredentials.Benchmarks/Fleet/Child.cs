using System.Diagnostics;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A child process of the run. It is killed when the instance is disposed or the run exits.</summary>
internal sealed class Child : IDisposable
{
    private Child(Process process)
    {
        Process = process;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public Process Process { get; }

    public static Child Start(string program, IEnumerable<string> arguments) => new(Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!);

    /// <summary>Starts this program with other arguments.</summary>
    public static Child StartSelf(params string[] arguments)
    {
        string program = Environment.ProcessPath!;
        bool isHosted = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return Start(program, isHosted ? [typeof(Child).Assembly.Location, .. arguments] : arguments);
    }

    /// <summary>Sends a signal. Requires a Unix shell.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("sh", ["-c", $"kill -{name} {Process.Id}"]);
        if (!kill.WaitForExit(TimeSpan.FromSeconds(10)) || kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"Could not send {name} to process {Process.Id}.");
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Kill();
        Process.Dispose();
    }

    private void OnProcessExit(object? sender, EventArgs e) => Kill();

    private void Kill()
    {
        Process.Kill();
        _ = Process.WaitForExit(TimeSpan.FromSeconds(10));
    }
}
