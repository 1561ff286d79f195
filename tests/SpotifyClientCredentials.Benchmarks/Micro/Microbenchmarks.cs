using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SpotifyClientCredentials.Benchmarks.Paired;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>Runs all benchmarks and produces their tables and targets.</summary>
internal static class Microbenchmarks
{
    private static readonly Type[] Classes = [typeof(GetTokenBenchmarks), typeof(HandlerBenchmarks), typeof(ClientBenchmarks), typeof(StartBenchmarks), typeof(TelemetryBenchmarks)];

    private static readonly (string, string) GetToken = (nameof(GetTokenBenchmarks), "");
    private static readonly (string, string) Telemetry = (nameof(TelemetryBenchmarks), "");

    /// <param name="isMiniature">Whether to run each benchmark once, only to check that it works.</param>
    public static async Task<Results> RunAsync(bool isMiniature)
    {
        Job job = isMiniature ? Job.Dry : Job.Default.WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(200)).WithIterationCount(15);
        // In process, because BenchmarkDotNet would not build a separate project with this repository's settings.
        IConfig config = new ManualConfig()
            .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Readme.Root(), "artifacts", "benchmarks"))
            .WithOptions(ConfigOptions.DisableLogFile);
        Measured measured = new(Classes.Select(type => BenchmarkRunner.Run(type, config)).ToArray());
        double loopback = await LoopbackThroughput.MeasureAsync(isMiniature ? 1 : 41, isMiniature ? 8 : 4000);
        double start = await StartTime.MeasureAsync(isMiniature ? 1 : 41, isMiniature ? 1 : 40);
        double parallel = await ParallelThroughput.MeasureAsync(isMiniature ? 1 : 21, isMiniature ? 100 : 4_000_000);
        return new Results(
            [.. measured.Groups.Select(group => Tabulate(measured, group))],
            [
                Summarize(measured),
                new Table(
                    "Measured in alternating pairs",
                    ["", "ours"],
                    [
                        ["requests per second to a server on loopback, relative to LimitClockAwait", Text(loopback)],
                        ["time from an empty ServiceCollection to the first response, relative to Semaphore", Text(start)],
                        ["cached tokens per second on two threads, relative to one thread", Text(parallel)],
                    ]),
            ],
            [.. Targets(measured, loopback, parallel, start)]);
    }

    // One row per peer, in order of first occurrence, and one column per group.
    private static Table Summarize(Measured measured)
    {
        (string Class, string Parameters)[] groups = [.. measured.Groups.Where(group => group.Class is not (nameof(TelemetryBenchmarks) or nameof(StartBenchmarks)))];
        return new Table(
            "Time relative to Ours, and bytes allocated",
            ["", .. groups.Select(Title)],
            [.. groups.SelectMany(measured.Methods).Distinct().Select(method => (string[])[method, .. groups.Select(group => Cell(group, method))])]);

        string Cell((string, string) group, string method) => !measured.Methods(group).Contains(method) ? "–"
            : string.Create(CultureInfo.InvariantCulture, $"{measured.Time(group, method) / measured.Time(group, "Ours"):0.00}, {measured.Bytes(group, method)} B");
    }

    private static string Text(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Title((string Class, string Parameters) group) => $"{group.Class.Replace("Benchmarks", "", StringComparison.Ordinal)} {group.Parameters}".Trim();

    private static Table Tabulate(Measured measured, (string Class, string Parameters) group)
    {
        string[] methods = [.. measured.Methods(group)];
        double ours = measured.Time(group, "Ours");
        return new Table(
            Title(group),
            ["", "time, relative to Ours", "bytes allocated"],
            [.. methods.Select(method => new[]
            {
                method,
                (measured.Time(group, method) / ours).ToString("0.00", CultureInfo.InvariantCulture),
                measured.Bytes(group, method).ToString(CultureInfo.InvariantCulture),
            })]);
    }

    private static IEnumerable<Target> Targets(Measured measured, double loopback, double parallel, double start)
    {
        (string, string)[] handlers = [.. measured.Groups.Where(group => group.Class == nameof(HandlerBenchmarks))];
        (string, string) sync = handlers.Single(group => group.Item2.Contains("False", StringComparison.Ordinal));
        (string, string) async = handlers.Single(group => group.Item2.Contains("True", StringComparison.Ordinal));

        yield return Target.AtMost("GetToken, bytes", measured.Bytes(GetToken, "Ours"), 0, "B");
        yield return Target.AtMost("GetToken, time", Ratio(GetToken, "Semaphore"), 0.75, "× Semaphore");
        yield return Target.AtMost("Handler, synchronous inner, extra bytes", Extra(sync, "Limit"), 0, "B more than Limit");
        yield return Target.AtMost("Handler, synchronous inner, time", Ratio(sync, "LimitClock"), 1.3, "× LimitClock");
        yield return Target.AtMost("Handler, asynchronous inner, bytes", (double)measured.Bytes(async, "Ours") / measured.Bytes(async, "LimitClockAwait"), 1.05, "× LimitClockAwait");
        yield return Target.AtMost("Handler, asynchronous inner, time", Ratio(async, "LimitClockAwait"), 1.1, "× LimitClockAwait");
        foreach ((string, string Parameters) client in measured.Groups.Where(group => group.Class == nameof(ClientBenchmarks)))
        {
            yield return Target.AtMost($"Client {client.Parameters}, extra bytes", Extra(client, "Limit"), 0, "B more than Limit");
        }

        yield return Target.AtLeast("Loopback, throughput, median of pairs", loopback, 0.99, "× LimitClockAwait");
        yield return Target.AtLeast("Parallel, 2 threads, median of pairs", parallel, 1.8, "× 1 thread");
        yield return Target.AtMost("Start, time, median of pairs", start, 1.15, "× Semaphore");
        yield return Target.AtMost("Telemetry, no listener, bytes", measured.Bytes(Telemetry, "Ours"), 0, "B");
        yield return Target.AtMost("Telemetry, no listener, time", measured.Time(Telemetry, "Ours") - measured.Time(Telemetry, "Empty"), 2, "ns more per call than without");

        double Ratio((string, string) group, string peer) => measured.Time(group, "Ours") / measured.Time(group, peer);

        long Extra((string, string) group, string peer) => measured.Bytes(group, "Ours") - measured.Bytes(group, peer);
    }
}
