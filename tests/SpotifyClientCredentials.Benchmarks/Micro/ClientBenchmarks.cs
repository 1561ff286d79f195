using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>A new request through an HttpClient from IHttpClientFactory.</summary>
[MemoryDiagnoser]
public class ClientBenchmarks
{
    private HttpClient _limit = null!;
    private HttpClient _ours = null!;
    private HttpClient _semaphore = null!;
    private HttpClient _fusionCache = null!;
    private HttpClient _msal = null!;
    private HttpPipeline _azureCore = null!;

    /// <summary>Whether the client has the factory's default loggers.</summary>
    [Params(false, true)]
    public bool Loggers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _limit = Client(builder => builder.AddHttpMessageHandler(() => Peers.Handler(nameof(Limit))));
        _ours = Client(builder =>
        {
            builder.Services.AddSpotifyClientCredentials(Peers.Configure).TokenClient.ConfigurePrimaryHttpMessageHandler(() => new MemoryEndpoint());
            builder.AddSpotifyBearerToken();
        });
        _semaphore = Client(builder => builder.AddHttpMessageHandler(() => Peers.Handler(nameof(Semaphore))));
        _fusionCache = Client(builder => builder.AddHttpMessageHandler(() => Peers.Handler(nameof(FusionCache))));
        _msal = Client(builder => builder.AddHttpMessageHandler(() => Peers.Handler(nameof(Msal))));
        _azureCore = new HttpPipeline(new HttpClientTransport(Client(_ => { })), [AzureCoreTokens.PolicyFor(Peers.PlainRequest())]);
    }

    [Benchmark(Baseline = true)]
    public Task<HttpResponseMessage> Limit() => Send(_limit);

    [Benchmark]
    public Task<HttpResponseMessage> Ours() => Send(_ours);

    [Benchmark]
    public Task<HttpResponseMessage> Semaphore() => Send(_semaphore);

    [Benchmark]
    public Task<HttpResponseMessage> FusionCache() => Send(_fusionCache);

    [Benchmark]
    public Task<HttpResponseMessage> Msal() => Send(_msal);

    [Benchmark]
    public async Task<int> AzureCore()
    {
        using Request request = _azureCore.CreateRequest();
        request.Uri.Reset(new Uri(Peers.Track));
        Response response = await _azureCore.SendRequestAsync(request, CancellationToken.None).ConfigureAwait(false);
        return response.Status;
    }

    private HttpClient Client(Action<IHttpClientBuilder> configure)
    {
        ServiceCollection services = new();
        services.AddLogging();
        IHttpClientBuilder builder = services.AddHttpClient("api").ConfigurePrimaryHttpMessageHandler(() => new MemoryEndpoint());
        configure(builder);
        if (!Loggers)
        {
            builder.RemoveAllLoggers();
        }

        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient("api");
    }

    private static Task<HttpResponseMessage> Send(HttpClient client) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Peers.Track)), HttpCompletionOption.ResponseHeadersRead);
}
