using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Benchmarks.Paired;

/// <summary>Real requests to Kestrel on loopback, through the library's handler and through <see cref="LimitClockAwaitHandler"/>.</summary>
internal static class LoopbackThroughput
{
    private const int Callers = 8;

    /// <returns>The library's throughput relative to the limit's.</returns>
    public static async Task<double> MeasureAsync(int pairs, int requests)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        await using WebApplication server = builder.Build();
        // A request without a token is shorter, and so not the same.
        server.MapGet("/v1/track", (RequestDelegate)(context => context.Request.Headers.Authorization.Count == 1
            ? context.Response.WriteAsync("{}")
            : throw new InvalidOperationException("The request carries no token.")));
        await server.StartAsync();
        Uri api = new(new Uri(server.Urls.Single()), "v1/");

        using ClientCredentialsTokenProvider tokens = Micro.Peers.Provider(options => options.ApiBaseAddress = api);
        using HttpClient ours = Client(new BearerTokenHandler(tokens), api);
        using HttpClient limit = Client(new LimitClockAwaitHandler(server.Urls.Single() + "/"), api);
        await ThroughputAsync(ours, requests);
        await ThroughputAsync(limit, requests);
        return await Pairs.MedianRatioAsync(pairs, () => ThroughputAsync(ours, requests), () => ThroughputAsync(limit, requests));
    }

    private static HttpClient Client(DelegatingHandler handler, Uri api)
    {
        handler.InnerHandler = new SocketsHttpHandler { UseProxy = false };
        return new HttpClient(handler) { BaseAddress = api };
    }

    private static Task<double> ThroughputAsync(HttpClient client, int requests) => Pairs.PerSecondAsync(
        requests,
        () => Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (int i = 0; i < requests / Callers; i++)
            {
                using HttpResponseMessage response = (await client.GetAsync("track")).EnsureSuccessStatusCode();
            }
        })));
}
