using System.Diagnostics;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A process that the run started, and ends, by its id, whatever becomes of the run.</summary>
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

    /// <summary>This program, with a command of its own.</summary>
    public static Child StartSelf(params string[] arguments)
    {
        string program = Environment.ProcessPath!;
        bool isHosted = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return Start(program, isHosted ? [typeof(Child).Assembly.Location, .. arguments] : arguments);
    }

    /// <summary>Sends a signal; only where there is a shell.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("sh", ["-c", $"kill -{name} {Process.Id}"]);
        if (!kill.WaitForExit(TimeSpan.FromSeconds(10)) || kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"Process {Process.Id} could not be sent {name}.");
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
