using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Consumers.Support;

/// <summary>A completed command.</summary>
internal sealed record Command(int ExitCode, string Output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public IEnumerable<string> Lines => Output.Split('\n').Select(line => line.TrimEnd());

    /// <summary>Runs a command that must succeed.</summary>
    public static async Task<Command> RunAsync(string folder, string program, params string[] arguments)
    {
        Command command = await TryAsync(folder, program, arguments);
        Assert.True(command.ExitCode == 0, $"{program} {string.Join(' ', arguments)} exited with {command.ExitCode}:\n{command.Output}");
        return command;
    }

    public static async Task<Command> TryAsync(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // `dotnet test` passes its MSBuild variables to child processes. A build server that outlives the command would keep its output open.
        foreach (string inherited in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(inherited);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major"; // runs the .NET 8 app on a later runtime if .NET 8 is not installed
        using Process process = Process.Start(start)!;
        StringBuilder output = new();
        Task reading = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, output));
        using CancellationTokenSource limit = new(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            await reading.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            lock (output)
            {
                throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not exit within {Limit}:\n{output}");
            }
        }

        return new Command(process.ExitCode, output.ToString());
    }

    /// <summary>Also finds warnings of tools that the build does not treat as errors, such as the native linker.</summary>
    public void AssertNoWarning() => Assert.False(Regex.IsMatch(Output, @"(?i)\bwarn(ing)?\b(?!\(s\))"), Output);

    private static async Task ReadAsync(StreamReader reader, StringBuilder output)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (output)
            {
                output.Append(line).Append('\n');
            }
        }
    }
}
