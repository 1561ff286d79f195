using System.Text.Json;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A worker process, seen from the run.</summary>
internal sealed class Worker(string store) : IDisposable
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromMinutes(1);

    private readonly Child _child = Child.StartSelf("fleet-worker", store);

    public async Task<Tally> ExecuteAsync(WorkerCommand command)
    {
        await _child.Process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
        await _child.Process.StandardInput.FlushAsync();
        // On a dedicated thread: the read blocks, and the server needs the pool threads.
        Task<string?> reading = Task.Factory.StartNew(
            _child.Process.StandardOutput.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        string response = await reading.WaitAsync(ResponseTimeout) ?? throw new InvalidOperationException($"A worker exited instead of executing {command.Kind}.");
        return JsonSerializer.Deserialize<Tally>(response)!;
    }

    public void Dispose() => _child.Dispose();
}
