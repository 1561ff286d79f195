using System.Diagnostics;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>The <c>redis-server</c> on the PATH, in a separate process and without persistence.</summary>
internal sealed class RedisServerStore : RedisProtocolStore
{
    private const string Program = "redis-server";

    private Process _process = null!;

    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, Program)));

    public static async Task<RedisServerStore> StartAsync()
    {
        RedisServerStore store = new();
        await store.LaunchAsync();
        return store;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().Within();
        _process.Dispose();
    }

    /// <summary>Starts it again on the same socket, with no data.</summary>
    public Task RestartAsync() => LaunchAsync();

    /// <summary>Suspends the process: connections stay open and get no response, as on a machine that is out of memory.</summary>
    public void Freeze() => Signal("-STOP");

    public void Thaw() => Signal("-CONT");

    protected override Task StopAsync() => KillAsync();

    private async Task LaunchAsync()
    {
        _process = Process.Start(new ProcessStartInfo(Program, ["--port", "0", "--unixsocket", Socket, "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true,
        })!;
        string? line;
        do
        {
            line = await _process.StandardOutput.ReadLineAsync().Within();
        }
        while (line?.Contains("ready to accept", StringComparison.OrdinalIgnoreCase) == false);
        Assert.NotNull(line);
        // Keeps reading: the process would block once the pipe is full.
        _process.OutputDataReceived += (_, _) => { };
    }

    private void Signal(string signal)
    {
        using Process kill = Process.Start("kill", [signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
