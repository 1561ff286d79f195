using System.Diagnostics;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>The <c>redis-server</c> that is on the PATH, in a process of its own, which keeps nothing on disk.</summary>
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

    /// <summary>Starts it again, empty, where it was.</summary>
    public Task RestartAsync() => LaunchAsync();

    /// <summary>Lets it neither answer nor end, as a machine that is out of memory does.</summary>
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
        // Nobody would read on, and it would block once the pipe is full.
        _process.OutputDataReceived += (_, _) => { };
    }

    private void Signal(string signal)
    {
        using Process kill = Process.Start("kill", [signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
