using System.Collections.Concurrent;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Collects the exceptions of tasks that nobody looked at: also of those that other tests have left behind.</summary>
internal sealed class Unobserved : IDisposable
{
    private readonly ConcurrentQueue<Exception> _exceptions = new();

    public Unobserved() => TaskScheduler.UnobservedTaskException += OnUnobserved;

    public IReadOnlyCollection<Exception> Exceptions => _exceptions;

    public void Dispose() => TaskScheduler.UnobservedTaskException -= OnUnobserved;

    /// <summary>Collects garbage until a task that was dropped after those of the test has been reported: then all of them have.</summary>
    public async Task CollectAsync()
    {
        InvalidOperationException last = new("the last one");
        Drop(last);
        await Soon.UntilAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return _exceptions.Contains(last);
        });
    }

    private static void Drop(Exception exception) => _ = Task.FromException(exception);

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e)
    {
        foreach (Exception exception in e.Exception.InnerExceptions)
        {
            _exceptions.Enqueue(exception);
        }
    }
}
