using System.Collections.Concurrent;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Collects unobserved task exceptions, including those of other tests.</summary>
internal sealed class Unobserved : IDisposable
{
    private readonly ConcurrentQueue<Exception> _exceptions = new();

    public Unobserved() => TaskScheduler.UnobservedTaskException += OnUnobserved;

    public IReadOnlyCollection<Exception> Exceptions => _exceptions;

    public void Dispose() => TaskScheduler.UnobservedTaskException -= OnUnobserved;

    /// <summary>
    /// Collects garbage until a task that is dropped now has been reported. It does so ten times, because the tasks of the test may need a few
    /// more continuations to complete.
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
