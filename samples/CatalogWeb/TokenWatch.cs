using Microsoft.Extensions.Options;
using SpotifyClientCredentials;

namespace CatalogWeb;

/// <summary>Looks which token the provider holds, for the panel.</summary>
internal sealed class TokenWatch(
    ClientCredentialsTokenProvider tokens, Traffic traffic, IOptions<SpotifyClientCredentialsOptions> options, TimeProvider timeProvider)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private volatile SeenToken? _current;
    private int _number;
    private DateTimeOffset _seenAt;

    public SeenToken? Current => _current;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, timeProvider);
        await LookAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Only just after something was sent: asking is what starts a renewal, and a panel should not keep an idle app's token alive.
            if (traffic.SinceLastEvent < 5 * Interval)
            {
                await LookAsync(stoppingToken);
            }
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        using CancellationTokenSource soon = new(Interval, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, soon.Token);
        try
        {
            AccessToken token = await tokens.GetTokenAsync(either.Token);
            if (token.ExpiresOn != _current?.ExpiresOn)
            {
                _current = See(token.ExpiresOn);
            }
        }
        catch (TokenRequestException)
        {
            _current = null;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // One is being fetched. This ended our wait and nobody else's.
        }
    }

    // The library's own arithmetic: the window is at most a quarter of the token's life, and its last fifth is a margin.
    private SeenToken See(DateTimeOffset expiresOn)
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        DateTimeOffset start = traffic.LastTokenRequest > _seenAt ? traffic.LastTokenRequest : now;
        double life = Math.Ceiling((expiresOn - start).TotalSeconds);
        double window = Math.Min(options.Value.RenewalWindow.TotalSeconds, life / 4);
        _seenAt = now;
        return new SeenToken(++_number, expiresOn, life, window, window / 5);
    }
}

/// <param name="Number">1 for the first since the start.</param>
/// <param name="ExpiresOn">When it expires.</param>
/// <param name="Life">Its life in seconds; of one that another instance shared, what was left of it.</param>
/// <param name="Window">The last seconds of its life, in which a call renews it.</param>
/// <param name="Margin">The last seconds, in which it is no longer used.</param>
internal sealed record SeenToken(int Number, DateTimeOffset ExpiresOn, double Life, double Window, double Margin);
