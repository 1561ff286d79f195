using BenchmarkDotNet.Attributes;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>A new request through each handler. Without AzureCore, which is not a handler but a policy of its own pipeline.</summary>
[MemoryDiagnoser]
public class HandlerBenchmarks
{
    private HttpMessageInvoker _limit = null!;
    private HttpMessageInvoker _limitClock = null!;
    private HttpMessageInvoker _limitClockAwait = null!;
    private HttpMessageInvoker _ours = null!;
    private HttpMessageInvoker _semaphore = null!;
    private HttpMessageInvoker _fusionCache = null!;
    private HttpMessageInvoker _msal = null!;

    /// <summary>Whether the inner handler completes asynchronously.</summary>
    [Params(false, true)]
    public bool AsyncInner { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _limit = Invoker(nameof(Limit));
        _limitClock = Invoker(nameof(LimitClock));
        _limitClockAwait = Invoker(nameof(LimitClockAwait));
        _ours = Invoker(nameof(Ours));
        _semaphore = Invoker(nameof(Semaphore));
        _fusionCache = Invoker(nameof(FusionCache));
        _msal = Invoker(nameof(Msal));
    }

    [Benchmark]
    public Task<HttpResponseMessage> Limit() => Send(_limit);

    [Benchmark(Baseline = true)]
    public Task<HttpResponseMessage> LimitClock() => Send(_limitClock);

    [Benchmark]
    public Task<HttpResponseMessage> LimitClockAwait() => Send(_limitClockAwait);

    [Benchmark]
    public Task<HttpResponseMessage> Ours() => Send(_ours);

    [Benchmark]
    public Task<HttpResponseMessage> Semaphore() => Send(_semaphore);

    [Benchmark]
    public Task<HttpResponseMessage> FusionCache() => Send(_fusionCache);

    [Benchmark]
    public Task<HttpResponseMessage> Msal() => Send(_msal);

    private HttpMessageInvoker Invoker(string peer)
    {
        DelegatingHandler handler = Peers.Handler(peer);
        handler.InnerHandler = new MemoryEndpoint(AsyncInner);
        return new HttpMessageInvoker(handler);
    }

    private static Task<HttpResponseMessage> Send(HttpMessageInvoker invoker) =>
        invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Peers.Track)), CancellationToken.None);
}
