using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;
using Xunit.Abstractions;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// Everything that can happen to one provider, from many threads at once. The model test cannot show this, because there each operation
/// ends before the next one begins.
/// </summary>
[Collection(NonParallel.Name)]
public sealed class StressTests(ITestOutputHelper output)
{
    private const int OperationsPerThread = 100_000;

    // An ordinary machine completes all operations within this limit; a slow one runs fewer.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string[] Everything =
    [
        "token", "rejection", "replaced", "rejection refused", "cancelled by its caller", "failure shared", "failure in backoff", "call: OK after 1 sent", "call: OK after 2 sent",
        "call: Unauthorized after 1 sent", "call: Unauthorized after 2 sent",
        "acquisition granted", "acquisition for a rejected token granted", "acquisition failed", "acquisition hangs",
        "invalid reload", "new secret", "new window", "unchanged reload", "clock moved", "wall clock moved alone", "disposed",
    ];

    private volatile bool _isDisposing;
    private volatile bool _isDisposed;
    private int _operations;

    [Fact]
    public async Task Provider_UsedByManyThreads_HonoursItsContractForEach()
    {
        StressClock clock = new();
        StressFindings findings = new();
        StressSource source = new(clock, findings);
        ChangeableOptions changeable = new();
        StressWorld world = new(clock, changeable, findings);
        ClientCredentialsTokenProvider provider = new(
            new OptionsSource(() => changeable, [changeable], new ConfigurationKeys(""), clock, NullLogger.Instance), source, clock, NullLogger.Instance, Telemetry.Shared);
        long startedAt = TimeProvider.System.GetTimestamp();
        int callers = Math.Max(4, Environment.ProcessorCount * 2);

        Task[] calling = [.. Enumerable.Range(0, callers).Select(number => Run(() =>
        {
            using StressCaller caller = new(provider, world, source, findings, new Random(number));
            for (int done = 0; done < OperationsPerThread && TimeProvider.System.GetElapsedTime(startedAt) < Limit && !_isDisposed; done++)
            {
                Act(caller);
            }

            // Every thread is still calling when the provider is disposed.
            Interlocked.Decrement(ref callers);
            SpinWait.SpinUntil(() => Act(caller) && _isDisposed);
            Act(caller);
        }))];
        Task completing = Run(() => source.CompleteAll(new Random(-1)));
        Task moving = Run(() => MoveClock(world));

        await Soon.UntilAsync(() => Volatile.Read(ref callers) == 0 || moving.IsFaulted);
        Assert.Null(moving.Exception);
        _isDisposing = true;
        provider.Dispose();
        _isDisposed = true;
        await Task.WhenAll([.. calling, moving]).Within();

        await Soon.UntilAsync(() => source.InFlight == 0 && clock.TimersPending == 0);
        source.Close();
        await completing.Within();

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"stress: {_operations} operations by {calling.Length} threads in {TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds:0.0} s, {source.Started} acquisitions, {findings.Violations.Count} violations"));
        output.WriteLine(string.Join(", ", findings.Counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Value} {pair.Key}")));
        Assert.Empty(findings.Violations);
        Assert.All(Everything, what => Assert.Contains(what, findings.Counts.Keys));

        bool Act(StressCaller caller)
        {
            bool wasDisposed = _isDisposed;
            bool gotDisposed = caller.Act();
            Interlocked.Increment(ref _operations);
            if (gotDisposed)
            {
                findings.Count("disposed");
            }

            if (gotDisposed ? !_isDisposing : wasDisposed)
            {
                findings.Add(gotDisposed ? "A caller got ObjectDisposedException before Dispose." : "A caller did not get ObjectDisposedException after Dispose.");
            }

            return gotDisposed;
        }
    }

    private static Task Run(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // Callers advance it too, but they may all be waiting for an acquisition that hangs.
    private void MoveClock(StressWorld world)
    {
        while (!_isDisposed)
        {
            world.MoveClock();
            Thread.Yield();
        }
    }
}
