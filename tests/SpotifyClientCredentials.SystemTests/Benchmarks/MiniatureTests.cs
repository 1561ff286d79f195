using System.Diagnostics;
using System.Reflection;

namespace SpotifyClientCredentials.SystemTests.Benchmarks;

/// <summary>Runs each benchmark once and each scenario in miniature, so that they keep working between the runs that produce figures.</summary>
public sealed class MiniatureTests
{
    private static readonly string Program = typeof(MiniatureTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Benchmarks").Value!;

    [Fact]
    public async Task Benchmarks_RunOnce_ReportEveryPeer()
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
        Assert.Contains("| Telemetry, no listener, bytes | ≤ 0 B |", tables[^1], StringComparison.Ordinal);
        Assert.Contains("| Telemetry, no listener, time | ≤ 2 ns more per call than without |", tables[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenarios_InMiniature_ReportEveryContender()
    {
        string[] tables = await RunAsync("scenarios");

        foreach (string title in (string[])["Cold stampede:", "Rollover:", "Revocation:", "Token endpoint returns 503 from", "Token endpoint refuses connections from",
            "Token endpoint hangs from", "Token endpoint returns 503 for", "Token endpoint refuses connections for", "Token endpoint hangs for",
            "Token endpoint returns 503; after", "Token endpoint returns 503 in the first", "A gateway rejects", "The process is suspended for 5 s", "The process is suspended for 12 s", "The first of 21 callers cancels"])
        {
            AssertRows(tables, title, "Ours", "Semaphore", "FusionCache", "AzureCore", "Msal");
        }

        Assert.Contains("| Leader cancels | ≤ 1 token requests | 1 token requests | met |", tables[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fleet_InMiniature_ReportsEveryCase()
    {
        string[] tables = await RunAsync("fleet");

        AssertRows(tables, "2 processes × 3 instances", "Cold start, no sharing", "Cold start", "Cold start, lock", "Steady state, 2 lifetimes", "Steady state, lock, 2 lifetimes",
            "Store killed, cold start", "Store killed, cold start, lock", "Store killed during one renewal, lock",
            "Store frozen, cold start", "Store frozen, cold start, lock", "Store frozen during one renewal, lock",
            "Entry replaced by garbage, lock", "Entry replaced by a Redis list, lock", "Entry replaced by an expired sealed token, lock",
            "Half of the fleet on a new secret, lock", "Revocation", "Revocation, lock");
        Assert.Contains("| All cases | ≤ 0 failed calls | 0 failed calls | met |", tables[1], StringComparison.Ordinal);
        AssertRows(tables, "Simulated:", "6", "200", "200", "200");
    }

    /// <summary>Uses Garnet, the fallback on a machine without redis-server.</summary>
    [Fact]
    public async Task Simulate_InMiniature_IsComparedWithAFleetOnGarnet()
    {
        string[] tables = await RunAsync("simulate", "--store", "garnet");

        AssertRows(tables, "2 processes × 3 instances", "Steady state, 2 lifetimes");
        AssertRows(tables, "Simulated:", "6", "200", "200", "200");
        Assert.Contains(" over 2 lifetimes |", tables[^1], StringComparison.Ordinal);
    }

    private static void AssertRows(string[] tables, string title, params string[] peers)
    {
        string table = Assert.Single(tables, table => table.StartsWith(title, StringComparison.Ordinal));
        Assert.Equal(peers, table.Split('\n').Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Split('|')[1].Trim()));
    }

    /// <returns>The output, split at the table titles.</returns>
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
            // Also ends the child processes, if the run was interrupted.
            process.Kill(entireProcessTree: true);
        }
    }
}
