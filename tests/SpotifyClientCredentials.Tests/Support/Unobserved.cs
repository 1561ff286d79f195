using System.Collections.Concurrent;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Collects the exceptions of tasks that nobody looked at: also of those that other tests have left behind.</summary>
internal sealed class Unobserved : IDisposable
{
    private readonly ConcurrentQueue<Exception> _exceptions = new();

    public Unobserved() => TaskScheduler.UnobservedTaskException += OnUnobserved;

    public IReadOnlyCollection<Exception> Exceptions => _exceptions;

    public void Dispose() => TaskScheduler.UnobservedTaskException -= OnUnobserved;

    /// <summary>
    /// Collects garbage until a task that is dropped now has been reported; ten times, since what the test has left behind may take a few
    /// continuations more to come to its end.
    /// </summary>
    public async Task CollectAsync()
    {
        for (int round = 0; round < 10; round++)
        {
            InvalidOperationException dropped = new($"round {round}");
            Drop(dropped);
            await Soon.UntilAsync(() =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return _exceptions.Contains(dropped);
            });
        }
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
