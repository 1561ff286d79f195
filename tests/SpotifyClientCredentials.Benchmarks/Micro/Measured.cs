using BenchmarkDotNet.Reports;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>The results of BenchmarkDotNet by benchmark class, parameters and method.</summary>
internal sealed class Measured(IEnumerable<Summary> summaries)
{
    private readonly (string Class, string Parameters, string Method, double Time, long Bytes)[] _rows =
    [
        .. from summary in summaries
           from report in summary.Reports
           where report.ResultStatistics is not null
           let benchmark = report.BenchmarkCase
           select (benchmark.Descriptor.Type.Name, benchmark.Parameters.DisplayInfo, benchmark.Descriptor.WorkloadMethod.Name,
               report.ResultStatistics!.Median, report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? 0),
    ];

    /// <summary>Each benchmark class with each of its parameter values.</summary>
    public IEnumerable<(string Class, string Parameters)> Groups => _rows.Select(row => (row.Class, row.Parameters)).Distinct();

    public IEnumerable<string> Methods((string Class, string Parameters) group) =>
        _rows.Where(row => (row.Class, row.Parameters) == group).Select(row => row.Method);

    /// <summary>The median, in nanoseconds.</summary>
    public double Time((string Class, string Parameters) group, string method) => Row(group, method).Time;

    public long Bytes((string Class, string Parameters) group, string method) => Row(group, method).Bytes;

    private (string Class, string Parameters, string Method, double Time, long Bytes) Row((string Class, string Parameters) group, string method) =>
        _rows.Single(row => (row.Class, row.Parameters) == group && row.Method == method);
}
