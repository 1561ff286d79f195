using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>64 callers that call, wait a second and call again, whatever they got, for ten minutes of a clock that runs faster.</summary>
internal sealed class RateLimitScenario(bool isMiniature)
{
    private const int Callers = 64;
    private const int Factor = 10;

    private static readonly string[] Columns = ["calls served, of 1,200", "bans begun", "bans lengthened", "calls with 429", "calls with an exception"];

    private readonly TimeSpan _duration = TimeSpan.FromMinutes(isMiniature ? 0.5 : 10);

    public async Task<(Table Table, IEnumerable<Target> Targets)> RunAsync()
    {
        (string Name, Action<IHttpClientBuilder, TimeProvider> Configure)[] contenders =
        [
            (Contender.Ours, static (client, _) => client.AddSpotifyBearerToken().AddSpotifyRateLimit()),
            ("Standard resilience handler", static (client, clock) => client.AddResilienceHandler("standard", (pipeline, _) => AddStandard(pipeline, clock))),
            ("Nothing", static (_, _) => { }),
        ];
        double[][] figures = await Task.WhenAll(contenders.Select(contender => RunAsync(contender.Configure)));
        Table table = new(
            $"Rate limit: 60 calls allowed in any 30 s, else a ban of 5 s that calls lengthen; {Callers} callers for {_duration.TotalMinutes} min, {Factor} times as fast",
            ["", .. Columns],
            [.. contenders.Zip(figures, (contender, counted) => (string[])[contender.Name, .. counted.Select(Scenario.Text)])]);
        return (table,
        [
            Target.AtLeast("Rate limit", figures[0][0], isMiniature ? 50 : 1000, "calls served"),
            Target.AtMost("Rate limit", figures[0][1], 1, "bans begun"),
            Target.AtMost("Rate limit", figures[0][2], 0, "bans lengthened"),
        ]);
    }

    // What AddStandardResilienceHandler adds, on the clock of the scenario.
    private static void AddStandard(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, TimeProvider clock)
    {
        HttpStandardResilienceOptions options = new();
        pipeline.TimeProvider = clock;
        _ = pipeline
            .AddRateLimiter(options.RateLimiter)
            .AddTimeout(options.TotalRequestTimeout)
            .AddRetry(options.Retry)
            .AddCircuitBreaker(options.CircuitBreaker)
            .AddTimeout(options.AttemptTimeout);
    }

    private async Task<double[]> RunAsync(Action<IHttpClientBuilder, TimeProvider> configure)
    {
        FastClock clock = new(Factor);
        using LimitedApi api = new(clock);
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSpotifyClientCredentials(options => (options.ClientId, options.ClientSecret) = ("id", "secret"))
            .TokenClient.ConfigurePrimaryHttpMessageHandler(() => new Tokens());
        configure(services.AddHttpClient("api").ConfigurePrimaryHttpMessageHandler(() => new Shared(api)), clock);
        await using ServiceProvider provider = services.BuildServiceProvider();
        HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        client.Timeout = Timeout.InfiniteTimeSpan;
        int rejected = 0;
        int failed = 0;
        using CancellationTokenSource end = new(_duration, clock);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    using HttpResponseMessage response = await client.GetAsync("https://api.spotify.com/v1/search?q=x", end.Token);
                    Interlocked.Add(ref rejected, response.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0);
                }
                catch (Exception)
                {
                    // A call that the end of the run interrupts has not failed, whatever a handler makes of the interruption.
                    Interlocked.Add(ref failed, end.IsCancellationRequested ? 0 : 1);
                }

                await Task.Delay(TimeSpan.FromSeconds(1), clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        })));
        return [api.Served, api.BansBegun, api.BansLengthened, rejected, failed];
    }

    private sealed class Tokens : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent("""{"access_token":"token","token_type":"Bearer","expires_in":3600}""") });
    }

    private sealed class Shared(HttpMessageHandler api) : DelegatingHandler(api)
    {
        // The API is shared by all handlers that the factory creates.
        protected override void Dispose(bool disposing) => base.Dispose(disposing: false);
    }
}
