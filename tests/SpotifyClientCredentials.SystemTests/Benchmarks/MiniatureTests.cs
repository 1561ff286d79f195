using System.Diagnostics;
using System.Reflection;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Benchmarks;

/// <summary>Each benchmark once and each scenario in small, so that they still work on the day when somebody wants their figures.</summary>
[Collection(NonParallel.Name)]
public sealed class MiniatureTests
{
    private static readonly string Program = typeof(MiniatureTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Benchmarks").Value!;

    [Fact]
    public async Task Benchmarks_EachOnce_HaveAFigureForEveryPeer()
    {
        string[] tables = await RunAsync();

        AssertRows(tables, "GetToken", "Ours", "Semaphore", "FusionCache", "Msal");
        AssertRows(tables, "Handler [AsyncInner=False]", "Limit", "LimitClock", "LimitClockAwait", "Ours", "Semaphore", "FusionCache", "Msal");
        AssertRows(tables, "Handler [AsyncInner=True]", "Limit", "LimitClock", "LimitClockAwait", "Ours", "Semaphore", "FusionCache", "Msal");
        AssertRows(tables, "Client [Loggers=False]", "Limit", "Ours", "Semaphore", "FusionCache", "Msal", "AzureCore");
        AssertRows(tables, "Client [Loggers=True]", "Limit", "Ours", "Semaphore", "FusionCache", "Msal", "AzureCore");
        AssertRows(tables, "Start", "Ours", "Semaphore");
        AssertRows(tables, "Telemetry", "Ours", "Empty");
        Assert.Contains("| Loopback, throughput, median of pairs |", tables[^1], StringComparison.Ordinal);
        Assert.Contains("| Parallel, 2 threads, median of pairs |", tables[^1], StringComparison.Ordinal);
        Assert.Contains("| Start, time, median of pairs |", tables[^1], StringComparison.Ordinal);
        Assert.Contains("| Telemetry, unheard, bytes | ≤ 0 B |", tables[^1], StringComparison.Ordinal);
        Assert.Contains("| Telemetry, unheard, time | ≤ 2 ns more a call than without |", tables[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenarios_InSmall_HaveFiguresOfEveryContender()
    {
        string[] tables = await RunAsync("scenarios");

        foreach (string title in (string[])["Cold stampede:", "Rollover:", "Revocation:", "Token endpoint answers 503 from", "Token endpoint refuses connections from",
            "Token endpoint hangs from", "Token endpoint answers 503 for", "Token endpoint refuses connections for", "Token endpoint hangs for", "The first of 21 callers cancels"])
        {
            AssertRows(tables, title, "Ours", "Semaphore", "FusionCache", "AzureCore", "Msal");
        }

        Assert.Contains("| Leader cancels | ≤ 1 token requests | 1 token requests | met |", tables[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fleet_InSmall_HasFiguresOfEveryCase()
    {
        string[] tables = await RunAsync("fleet");

        AssertRows(tables, "2 processes × 3 instances", "Cold start, not sharing", "Cold start", "Cold start, gate", "Steady state, 2 lives", "Steady state, gate, 2 lives",
            "Store killed, cold start", "Store killed, cold start, gate", "Store killed for one renewal, gate",
            "Store frozen, cold start", "Store frozen, cold start, gate", "Store frozen for one renewal, gate",
            "Entry replaced by garbage, gate", "Entry replaced by a Redis list, gate", "Entry replaced by a sealed token that has expired, gate",
            "Half of the fleet on a new secret, gate", "Revocation", "Revocation, gate");
        Assert.Contains("| All cases | ≤ 0 failed calls | 0 failed calls | met |", tables[1], StringComparison.Ordinal);
        AssertRows(tables, "Simulated:", "6", "200", "200", "200");
    }

    /// <summary>On Garnet, which takes a server's place where none is installed.</summary>
    [Fact]
    public async Task Simulate_InSmall_IsHeldAgainstAFleetOnGarnet()
    {
        string[] tables = await RunAsync("simulate", "--store", "garnet");

        AssertRows(tables, "2 processes × 3 instances", "Steady state, 2 lives");
        AssertRows(tables, "Simulated:", "6", "200", "200", "200");
        Assert.Contains(" over 2 lives |", tables[^1], StringComparison.Ordinal);
    }

    private static void AssertRows(string[] tables, string title, params string[] peers)
    {
        string table = Assert.Single(tables, table => table.StartsWith(title, StringComparison.Ordinal));
        Assert.Equal(peers, table.Split('\n').Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Split('|')[1].Trim()));
    }

    /// <returns>What is printed behind each title.</returns>
    private static async Task<string[]> RunAsync(params string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Program, .. command, "--miniature"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, await error + output);
            return [.. output.ReplaceLineEndings("\n").Split("\n**").Skip(1)];
        }
        finally
        {
            // With the processes that it has started, where it was not at its end.
            process.Kill(entireProcessTree: true);
        }
    }
}
