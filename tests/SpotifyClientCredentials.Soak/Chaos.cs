using Microsoft.Extensions.Configuration;

namespace SpotifyClientCredentials.Soak;

/// <summary>Disturbs the server, the credentials and the clock, by two concurrent schedules that follow from one seed.</summary>
internal sealed class Chaos(SoakServer server, ServerRecord record, IConfigurationRoot configuration, JumpingClock clock, int seed)
{
    private static readonly string[] ServerEvents = ["unavailable", "hanging", "resetting", "slow", "restart"];
    private static readonly string[] ClientEvents = ["revocation", "rotation", "clock forward", "clock back"];

    private readonly Dictionary<string, int> _eventCounts = ServerEvents.Concat(ClientEvents).ToDictionary(what => what, _ => 0);

    /// <summary>How often each event occurred.</summary>
    public IReadOnlyDictionary<string, int> EventCounts => _eventCounts;

    /// <summary>Runs until it is cancelled, and restores the token endpoint at the end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.WhenAll(
            FollowAsync(ServerEvents, longestPause: 4, new Random(seed), stop),
            // Long pauses, so that some tokens get old enough to be renewed.
            FollowAsync(ClientEvents, longestPause: 16, new Random(seed + 1), stop));
        server.EndpointMode = EndpointMode.Normal;
    }

    private async Task FollowAsync(string[] kinds, double longestPause, Random random, CancellationToken stop)
    {
        string[] round = [.. kinds];
        try
        {
            while (true)
            {
                // In rounds, so that each kind recurs soon.
                random.Shuffle(round);
                foreach (string kind in round)
                {
                    TimeSpan pause = RandomTime(1, longestPause, random);
                    TimeSpan length = RandomTime(1, 8, random);
                    await Task.Delay(pause, TimeProvider.System, stop);
                    if (await DoAsync(kind, length, stop))
                    {
                        lock (_eventCounts)
                        {
                            _eventCounts[kind]++;
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private static TimeSpan RandomTime(double minSeconds, double maxSeconds, Random random) => TimeSpan.FromSeconds(minSeconds + ((maxSeconds - minSeconds) * random.NextDouble()));

    private async Task<bool> DoAsync(string kind, TimeSpan length, CancellationToken stop)
    {
        switch (kind)
        {
            case "unavailable":
                return await SetModeAsync(EndpointMode.Unavailable, length, stop);

            case "hanging":
                return await SetModeAsync(EndpointMode.Hanging, length, stop);

            case "resetting":
                return await SetModeAsync(EndpointMode.Resetting, length, stop);

            case "slow":
                return await SetModeAsync(EndpointMode.Slow, length, stop);

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

    private async Task<bool> SetModeAsync(EndpointMode mode, TimeSpan length, CancellationToken stop)
    {
        server.EndpointMode = mode;
        await Task.Delay(length, TimeProvider.System, stop);
        server.EndpointMode = EndpointMode.Normal;
        return true;
    }

    // Waits for a time at which it is allowed. During an outage of the token endpoint the token may expire first.
    private async Task<bool> RevokeAsync(CancellationToken stop)
    {
        TimeSpan deadline = record.Now + SoakSettings.TokenLifetime;
        while (!record.TryRevoke())
        {
            if (record.Now > deadline)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stop);
        }

        return true;
    }

    // In the usual order: first in the dashboard, then in the configuration. Not cancelled, so that it is never left half done.
    private async Task RotateAsync(TimeSpan between)
    {
        (int number, string secret) = server.CreateSecret();
        server.Accept(number);
        await Task.Delay(between, TimeProvider.System);
        record.ChangeSecret(number, () =>
        {
            configuration["Spotify:ClientSecret"] = secret;
            configuration.Reload();
        });
    }
}
