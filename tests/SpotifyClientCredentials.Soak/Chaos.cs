using Microsoft.Extensions.Configuration;

namespace SpotifyClientCredentials.Soak;

/// <summary>What happens to the server, the credentials and the clock, and when: two schedules, side by side, that follow from one seed.</summary>
internal sealed class Chaos(SoakServer server, ServerRecord record, IConfigurationRoot configuration, JumpingClock clock, int seed)
{
    private static readonly string[] Weathers = ["unavailable", "hanging", "resetting", "slow", "restart"];
    private static readonly string[] Events = ["revocation", "rotation", "clock forward", "clock back"];

    private readonly Dictionary<string, int> _happened = Weathers.Concat(Events).ToDictionary(what => what, _ => 0);

    public IReadOnlyDictionary<string, int> Happened => _happened;

    /// <summary>Goes on until it is cancelled, and leaves everything in order.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.WhenAll(
            FollowAsync(Weathers, longestPause: 4, new Random(seed), stop),
            // Tokens have to get old enough to be renewed, too.
            FollowAsync(Events, longestPause: 16, new Random(seed + 1), stop));
        server.Weather = Weather.Fair;
    }

    private async Task FollowAsync(string[] kinds, double longestPause, Random random, CancellationToken stop)
    {
        string[] round = [.. kinds];
        try
        {
            while (true)
            {
                // In rounds, so that none is left out for long.
                random.Shuffle(round);
                foreach (string kind in round)
                {
                    TimeSpan pause = Between(1, longestPause, random);
                    TimeSpan length = Between(1, 8, random);
                    await Task.Delay(pause, TimeProvider.System, stop);
                    if (await DoAsync(kind, length, stop))
                    {
                        lock (_happened)
                        {
                            _happened[kind]++;
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private static TimeSpan Between(double least, double most, Random random) => TimeSpan.FromSeconds(least + ((most - least) * random.NextDouble()));

    private async Task<bool> DoAsync(string kind, TimeSpan length, CancellationToken stop)
    {
        switch (kind)
        {
            case "unavailable":
                return await SpellAsync(Weather.Unavailable, length, stop);

            case "hanging":
                return await SpellAsync(Weather.Hanging, length, stop);

            case "resetting":
                return await SpellAsync(Weather.Resetting, length, stop);

            case "slow":
                return await SpellAsync(Weather.Slow, length, stop);

            case "restart":
                await server.RestartAsync(length / 3);
                return true;

            case "revocation":
                return await RevokeAsync(stop);

            case "rotation":
                await RotateAsync(length / 3);
                return true;

            default:
                clock.Jump(kind == "clock forward" ? TimeSpan.FromHours(1) : TimeSpan.FromHours(-1));
                return true;
        }
    }

    private async Task<bool> SpellAsync(Weather weather, TimeSpan length, CancellationToken stop)
    {
        server.Weather = weather;
        await Task.Delay(length, TimeProvider.System, stop);
        server.Weather = Weather.Fair;
        return true;
    }

    // The moment has to fit; while the token endpoint is out of order it may not come before the token has run out anyway.
    private async Task<bool> RevokeAsync(CancellationToken stop)
    {
        TimeSpan maxWaitEnds = record.Now + SoakSettings.TokenLife;
        while (!record.TryRevoke())
        {
            if (record.Now > maxWaitEnds)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stop);
        }

        return true;
    }

    // In the order in which people do it: first in the dashboard, then in the configuration. Not to be left half done.
    private async Task RotateAsync(TimeSpan between)
    {
        (int number, string secret) = server.CreateSecret();
        server.Accept(number);
        await Task.Delay(between, TimeProvider.System);
        record.Reloading(number, () =>
        {
            configuration["Spotify:ClientSecret"] = secret;
            configuration.Reload();
        });
    }
}
