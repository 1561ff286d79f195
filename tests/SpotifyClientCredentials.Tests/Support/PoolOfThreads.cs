namespace SpotifyClientCredentials.Tests.Support;

/// <summary>As many pool threads as callers: all of them block at once, and none is left for what they wait for.</summary>
internal sealed class PoolOfThreads : IDisposable
{
    private readonly (int Workers, int CompletionPorts) _least;
    private readonly (int Workers, int CompletionPorts) _most;

    public PoolOfThreads(int threads)
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
