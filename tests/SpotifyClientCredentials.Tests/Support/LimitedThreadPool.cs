namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Limits the thread pool to the number of callers that block, so that no thread is left for the work that they wait for.</summary>
internal sealed class LimitedThreadPool : IDisposable
{
    private readonly (int Workers, int CompletionPorts) _least;
    private readonly (int Workers, int CompletionPorts) _most;

    public LimitedThreadPool(int threads)
    {
        ThreadPool.GetMinThreads(out _least.Workers, out _least.CompletionPorts);
        ThreadPool.GetMaxThreads(out _most.Workers, out _most.CompletionPorts);
        Assert.True(ThreadPool.SetMinThreads(threads, _least.CompletionPorts) && ThreadPool.SetMaxThreads(threads, _most.CompletionPorts));
    }

    public void Dispose()
    {
        ThreadPool.SetMaxThreads(_most.Workers, _most.CompletionPorts);
        ThreadPool.SetMinThreads(_least.Workers, _least.CompletionPorts);
    }
}
