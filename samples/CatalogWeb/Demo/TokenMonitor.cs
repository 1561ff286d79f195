using Microsoft.Extensions.Options;
using SpotifyClientCredentials;

namespace CatalogWeb.Demo;

/// <summary>Monitors the provider's current token for the panel.</summary>
internal sealed class TokenMonitor(
    ClientCredentialsTokenProvider tokens, Traffic traffic, IOptions<SpotifyClientCredentialsOptions> options, TimeProvider timeProvider)
    : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private volatile ObservedToken? _current;
    private int _number;
    private DateTimeOffset _observedAt;

    public ObservedToken? Current => _current;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(PollInterval, timeProvider);
        await UpdateAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Only shortly after a request: GetTokenAsync can start a renewal, and the panel should not renew the token of an idle app.
            if (traffic.SinceLastEvent < 5 * PollInterval)
            {
                await UpdateAsync(stoppingToken);
            }
        }
    }

    private async Task UpdateAsync(CancellationToken stoppingToken)
    {
        using CancellationTokenSource timeout = new(PollInterval, timeProvider);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, timeout.Token);
        try
        {
            AccessToken token = await tokens.GetTokenAsync(linked.Token);
            if (token.ExpiresOn != _current?.ExpiresOn)
            {
                _current = Observe(token.ExpiresOn);
            }
        }
        catch (TokenRequestException)
        {
            _current = null;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // A token is being fetched. Only this call has stopped waiting for it.
        }
    }

    // As in the library: the renewal window is at most a quarter of the token's lifetime. The margin is a fifth of the window, and at most 10 seconds
    // for a token that this instance requested itself.
    private ObservedToken Observe(DateTimeOffset expiresOn)
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        bool isFromStore = traffic.LastTokenRequest <= _observedAt;
        DateTimeOffset start = isFromStore ? now : traffic.LastTokenRequest;
        double lifetime = Math.Ceiling((expiresOn - start).TotalSeconds);
        double window = Math.Min(options.Value.RenewalWindow.TotalSeconds, lifetime / 4);
        _observedAt = now;
        return new ObservedToken(++_number, expiresOn, lifetime, window, isFromStore ? window / 5 : Math.Min(10, window / 5));
    }
}

/// <param name="Number">The number of the token, from 1 for the first since the application started.</param>
/// <param name="ExpiresOn">The time at which the token expires.</param>
/// <param name="Lifetime">The lifetime in seconds. For a token shared by another instance, the lifetime left when it was read.</param>
/// <param name="Window">The last seconds of the lifetime, in which a call renews the token.</param>
/// <param name="Margin">The last seconds of the window, in which the token is no longer used.</param>
internal sealed record ObservedToken(int Number, DateTimeOffset ExpiresOn, double Lifetime, double Window, double Margin);
