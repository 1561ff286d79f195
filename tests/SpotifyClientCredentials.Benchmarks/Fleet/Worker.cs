using System.Text.Json;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A worker process as the run sees it.</summary>
internal sealed class Worker(string store) : IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    private readonly Child _child = Child.StartSelf("fleet-worker", store);

    public async Task<Tally> CarryOutAsync(Order order)
    {
        await _child.Process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
        await _child.Process.StandardInput.FlushAsync();
        // On a thread of its own: the read blocks one, and those of the pool are the server's.
        Task<string?> answering = Task.Factory.StartNew(
            _child.Process.StandardOutput.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        string response = await answering.WaitAsync(MaxWait) ?? throw new InvalidOperationException($"A worker ended instead of carrying out {order.Kind}.");
        return JsonSerializer.Deserialize<Tally>(response)!;
    }

    public void Dispose() => _child.Dispose();
}
