using Microsoft.Extensions.Configuration;

namespace SpotifyClientCredentials.Soak;

/// <summary>Disturbs the token endpoint, the API, the credentials and the clock, by concurrent schedules that follow from one seed.</summary>
internal sealed class Chaos(SoakServer server, ServerRecord record, Vault vault, IConfigurationRoot configuration, DisturbedClock clock, int seed)
{
    private static readonly string[] EndpointEvents = ["unavailable", "hanging", "resetting", "slow", "restart"];
    private static readonly string[] ApiEvents = ["user endpoint", "faulty gateway", "API refusing everything"];
    private static readonly string[] CredentialEvents = ["revocation", "rotation", "rotation with failing vault"];
    private static readonly string[] ClockEvents = ["wall clock forward", "wall clock back", "wall clock stopped", "monotonic clock stopped"];

    private static readonly TimeSpan LongestEvent = TimeSpan.FromSeconds(8);

    private readonly Dictionary<string, int> _eventCounts =
        ((string[])[.. EndpointEvents, .. ApiEvents, .. CredentialEvents, .. ClockEvents]).ToDictionary(what => what, _ => 0);

    /// <summary>How often each event occurred.</summary>
    public IReadOnlyDictionary<string, int> EventCounts => _eventCounts;

    /// <summary>How often changed settings couldn't be read.</summary>
    public int FailedReloads { get; private set; }

    /// <summary>The vault fails at the start, and the application has no settings yet.</summary>
    public async Task StartAsync()
    {
        ServerFailure failure = record.Begin(ServerFailureKind.NoSettings);
        vault.IsFailing = true;
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        vault.IsFailing = false;
        record.End(failure);
    }

    /// <summary>Runs until it is cancelled, and restores everything but the clock's errors at the end.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        FollowAsync(EndpointEvents, longestPause: 4, new Random(seed), stop),
        // Long pauses, so that some tokens get old enough to be renewed.
        FollowAsync(ApiEvents, longestPause: 40, new Random(seed + 1), stop),
        FollowAsync(CredentialEvents, longestPause: 40, new Random(seed + 2), stop),
        FollowAsync(ClockEvents, longestPause: 16, new Random(seed + 3), stop));

    private async Task FollowAsync(string[] kinds, double longestPause, Random random, CancellationToken stop)
    {
        string[] round = [.. kinds];
        // The first round is quick, so that each kind occurs in the shortest run.
        (double pause, TimeSpan longest) = (2, LongestEvent / 2);
        try
        {
            while (true)
            {
                // In rounds, so that each kind recurs soon.
                random.Shuffle(round);
                foreach (string kind in round)
                {
                    await Task.Delay(RandomTime(1, pause, random), TimeProvider.System, stop);
                    await DoAsync(kind, RandomTime(1, longest.TotalSeconds, random), stop);
                    lock (_eventCounts)
                    {
                        _eventCounts[kind]++;
                    }
                }

                (pause, longest) = (longestPause, LongestEvent);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private static TimeSpan RandomTime(double minSeconds, double maxSeconds, Random random) => TimeSpan.FromSeconds(minSeconds + ((maxSeconds - minSeconds) * random.NextDouble()));

    private Task DoAsync(string kind, TimeSpan length, CancellationToken stop) => kind switch
    {
        "unavailable" => SwitchAsync(isOn => server.EndpointMode = isOn ? EndpointMode.Unavailable : EndpointMode.Normal, length, stop),
        "hanging" => SwitchAsync(isOn => server.EndpointMode = isOn ? EndpointMode.Hanging : EndpointMode.Normal, length, stop),
        "resetting" => SwitchAsync(isOn => server.EndpointMode = isOn ? EndpointMode.Resetting : EndpointMode.Normal, length, stop),
        "slow" => SwitchAsync(isOn => server.EndpointMode = isOn ? EndpointMode.Slow : EndpointMode.Normal, length, stop),
        "restart" => server.RestartAsync(length / 3),
        "user endpoint" => SwitchAsync(isOn => server.Api.IsUserEndpointPolled = isOn, length, stop),
        "faulty gateway" => SwitchAsync(isOn => server.Api.IsGatewayFaulty = isOn, length, stop),
        "API refusing everything" => SwitchAsync(isOn => server.Api.IsRefusingEverything = isOn, length, stop),
        "revocation" => Immediately(record.RevokeAll),
        "rotation" => RotateAsync(length / 3, isVaultFailing: false),
        "rotation with failing vault" => RotateAsync(length / 3, isVaultFailing: true),
        "wall clock forward" => Immediately(() => clock.SetWall(TimeSpan.FromHours(1))),
        "wall clock back" => Immediately(() => clock.SetWall(TimeSpan.FromHours(-1))),
        "wall clock stopped" => SwitchAsync(clock.StopWall, length, stop),
        _ => SwitchAsync(clock.StopMonotonic, length, stop),
    };

    private static Task Immediately(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static async Task SwitchAsync(Action<bool> turn, TimeSpan length, CancellationToken stop)
    {
        turn(true);
        try
        {
            await Task.Delay(length, TimeProvider.System, stop);
        }
        finally
        {
            turn(false);
        }
    }

    // In the usual order: first in the dashboard, then in the vault. Not cancelled, so that it is never left half done.
    private async Task RotateAsync(TimeSpan between, bool isVaultFailing)
    {
        (int number, string secret) = server.CreateSecret();
        server.Accept(number);
        if (isVaultFailing)
        {
            vault.IsFailing = true;
            configuration.Reload();
            FailedReloads++;
        }

        await Task.Delay(between, TimeProvider.System);
        vault.IsFailing = false;
        vault.Secret = secret;
        record.ChangeSecret(number, configuration.Reload);
    }
}
