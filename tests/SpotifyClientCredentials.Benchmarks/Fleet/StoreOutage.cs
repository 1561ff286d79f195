using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The store goes away and comes back.</summary>
/// <param name="Name">How it goes.</param>
/// <param name="BeginAsync">Makes it go.</param>
/// <param name="EndAsync">Brings it back.</param>
internal sealed record StoreOutage(string Name, Func<Store, Task> BeginAsync, Func<Store, Task> EndAsync)
{
    private static readonly TimeSpan TimerTolerance = TimeSpan.FromSeconds(0.1);

    private static readonly StoreOutage Killed = new("killed", store => store.KillAsync(), store => store.RestartAsync());

    private static readonly StoreOutage Frozen = new("frozen", store => Task.Run(store.Freeze), store => Task.Run(store.Thaw));

    public static async Task RunAllAsync(Stage stage)
    {
        foreach (StoreOutage outage in (StoreOutage[])[Killed, Frozen])
        {
            (string cold, string gated, string steady) = ($"Store {outage.Name}, cold start", $"Store {outage.Name}, cold start, gate", $"Store {outage.Name} for one renewal, gate");
            if (outage == Frozen && !Store.CanFreeze)
            {
                Array.ForEach([cold, gated, steady], name => stage.Report.AddSkipped(name, "this system has no SIGSTOP"));
                continue;
            }

            await outage.AtColdStartAsync(stage, Sharing.Store, cold);
            await outage.AtColdStartAsync(stage, Sharing.StoreAndLock, gated);
            await outage.InSteadyStateAsync(stage, steady);
        }
    }

    private async Task AtColdStartAsync(Stage stage, Sharing sharing, string name)
    {
        FleetApp app = await stage.BuildAsync(sharing, Stage.LongLife);
        await BeginAsync(stage.Store);
        Tally tally = await stage.Workers.CallAsync();
        await EndAsync(stage.Store);
        stage.Report.Add(name, $"{app.TokenRequests}", app, tally);
        AddTargets(stage, name, app.TokenRequests, tally);
    }

    private async Task InSteadyStateAsync(Stage stage, string name)
    {
        FleetApp app = await stage.BuildCallingAsync(Sharing.StoreAndLock, stage.Settings.Life);
        await BeginAsync(stage.Store);
        int before = app.TokenRequests;
        await Stage.PassUntilAsync(() => app.TokenRequests >= before + stage.Settings.Instances, app.Life + stage.Settings.RenewalWindow + Stage.StoreTimeout);
        int meanwhile = app.TokenRequests - before;
        await EndAsync(stage.Store);
        await stage.PassRenewalsAsync(app, app.Secret, 1);
        Tally tally = await stage.Workers.StopCallingAsync();
        stage.Report.Add(name, $"{meanwhile}, then {app.TokenRequests - before - meanwhile}", app, tally);
        AddTargets(stage, name, meanwhile, tally);
    }

    private static void AddTargets(Stage stage, string name, int requests, Tally tally)
    {
        stage.Report.Add(Target.AtMost(name, requests, stage.Settings.Instances, "token requests"));
        // All calls reach that limit at the same moment, and few cores have to see to them.
        TimeSpan limit = Stage.StoreTimeout + tally.Fetches.Longest + TimerTolerance;
        stage.Report.Add(Target.AtMost($"{name}: longest wait for a token, against StoreTimeout + slowest fetch + 0.1 s", tally.SlowestToken.TotalSeconds, limit.TotalSeconds, "s"));
    }
}
