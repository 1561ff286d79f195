using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using SpotifyClientCredentials.Testing;

namespace CatalogWeb;

/// <summary>What the page shows beside the results, as server-sent events: one at once, then one for each change.</summary>
internal sealed class Panel(
    TokenWatch watch, Traffic traffic, TimeProvider timeProvider, IHostApplicationLifetime host, FakeSpotify? fake = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<SseItem<PanelState>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // An open stream would hold up the end of the host.
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        using PeriodicTimer timer = new(Interval, timeProvider);
        PanelState? last = null;
        long lastAt = 0;
        do
        {
            PanelState state = Decide();
            if (state != last || timeProvider.GetElapsedTime(lastAt) > LongestSilence)
            {
                (last, lastAt) = (state, timeProvider.GetTimestamp());
                yield return new SseItem<PanelState>(state with { Now = timeProvider.GetUtcNow() }, "state");
            }
        }
        while (await WaitAsync(timer, end.Token));
    }

    private PanelState Decide() => new(watch.Current, traffic.Counts, fake is null ? null : new FakeState(fake.TokenLifetime.TotalSeconds, fake.TokenResponse is not null));

    private static async ValueTask<bool> WaitAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <param name="Token">The token in use; null before the first, and while none can be had.</param>
/// <param name="Traffic">What was sent so far.</param>
/// <param name="Fake">Null with the real Spotify.</param>
internal sealed record PanelState(SeenToken? Token, TrafficCounts Traffic, FakeState? Fake)
{
    /// <summary>The server's clock, which the browser's may differ from.</summary>
    public DateTimeOffset Now { get; init; }
}

internal sealed record FakeState(double TokenLifetime, bool IsTokenEndpointDown);

internal static class PanelServices
{
    public static void AddPanel(this IServiceCollection services, IHttpClientBuilder tokenClient, IHttpClientBuilder apiClient)
    {
        services.AddSingleton<Traffic>().AddSingleton<TokenWatch>().AddSingleton<Panel>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenWatch>());
        tokenClient.AddHttpMessageHandler(provider =>
        {
            Traffic traffic = provider.GetRequiredService<Traffic>();
            return new TrafficHandler(traffic, "token endpoint", traffic.TokenRequestSent);
        });
        apiClient.AddHttpMessageHandler(provider =>
        {
            Traffic traffic = provider.GetRequiredService<Traffic>();
            return new TrafficHandler(traffic, "Web API", traffic.ApiCallSent);
        });
    }
}
