using BenchmarkDotNet.Attributes;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>The cached token itself. Without AzureCore, whose cache is accessible only through its pipeline.</summary>
[MemoryDiagnoser]
public class GetTokenBenchmarks
{
    private readonly ClientCredentialsTokenProvider _ours = Peers.Provider();
    private readonly SemaphoreTokens _semaphore = new(Peers.PlainRequest());
    private readonly FusionCacheTokens _fusionCache = new(Peers.PlainRequest());
    private readonly MsalTokens _msal = Peers.Msal();

    [Benchmark]
    public ValueTask<AccessToken> Ours() => _ours.GetTokenAsync();

    [Benchmark(Baseline = true)]
    public ValueTask<string> Semaphore() => _semaphore.GetAsync(CancellationToken.None);

    [Benchmark]
    public ValueTask<string> FusionCache() => _fusionCache.GetAsync(CancellationToken.None);

    [Benchmark]
    public ValueTask<string> Msal() => _msal.GetAsync(CancellationToken.None);
}
