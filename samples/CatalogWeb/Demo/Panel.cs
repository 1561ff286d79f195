using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using SpotifyClientCredentials.Testing;

namespace CatalogWeb.Demo;

/// <summary>The state that the page shows beside the results, as server-sent events: one at once, then one for each change.</summary>
internal sealed class Panel(
    TokenMonitor monitor, Traffic traffic, TimeProvider timeProvider, IHostApplicationLifetime host, FakeSpotify? fake = null)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxEventInterval = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<SseItem<PanelState>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // An open stream would delay the shutdown of the host.
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        using PeriodicTimer timer = new(PollInterval, timeProvider);
        PanelState? last = null;
        long lastAt = 0;
        do
        {
            PanelState state = GetState();
            if (state != last || timeProvider.GetElapsedTime(lastAt) > MaxEventInterval)
            {
                (last, lastAt) = (state, timeProvider.GetTimestamp());
                yield return new SseItem<PanelState>(state with { Now = timeProvider.GetUtcNow() }, "state");
            }
        }
        while (await WaitAsync(timer, stopping.Token));
    }

    private PanelState GetState() => new(
        monitor.Current,
        traffic.Counts,
        fake is null ? null : new FakeState(fake.TokenLifetime.TotalSeconds, fake.TokenResponse is not null, fake.RateLimitedUntil > timeProvider.GetUtcNow()));

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

/// <param name="Token">The current token, or null if none is available.</param>
/// <param name="Traffic">The requests sent so far.</param>
/// <param name="Fake">The state of FakeSpotify, or null if the sample uses the real Spotify.</param>
internal sealed record PanelState(ObservedToken? Token, TrafficCounts Traffic, FakeState? Fake)
{
    /// <summary>The time on the server's clock, from which the browser's clock may differ.</summary>
    public DateTimeOffset Now { get; init; }
}

internal sealed record FakeState(double TokenLifetime, bool IsTokenEndpointDown, bool IsRateLimited);

internal static class PanelServices
{
    public static void AddPanel(this IServiceCollection services, IHttpClientBuilder tokenClient, IHttpClientBuilder apiClient)
    {
        services.AddSingleton<Traffic>().AddSingleton<TokenMonitor>().AddSingleton<Panel>();
        services.AddHostedService<RateLimitMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenMonitor>());
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
