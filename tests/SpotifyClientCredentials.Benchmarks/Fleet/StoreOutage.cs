using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The store fails and recovers.</summary>
/// <param name="Name">The kind of outage.</param>
/// <param name="BeginAsync">Starts the outage.</param>
/// <param name="EndAsync">Ends the outage.</param>
internal sealed record StoreOutage(string Name, Func<Store, Task> BeginAsync, Func<Store, Task> EndAsync)
{
    private static readonly TimeSpan TimerTolerance = TimeSpan.FromSeconds(0.1);

    private static readonly StoreOutage Killed = new("killed", store => store.KillAsync(), store => store.RestartAsync());

    private static readonly StoreOutage Frozen = new("frozen", store => Task.Run(store.Freeze), store => Task.Run(store.Thaw));

    public static async Task RunAllAsync(FleetTestbed testbed)
    {
        foreach (StoreOutage outage in (StoreOutage[])[Killed, Frozen])
        {
            (string cold, string coldWithLock, string steady) = ($"Store {outage.Name}, cold start", $"Store {outage.Name}, cold start, lock", $"Store {outage.Name} during one renewal, lock");
            if (outage == Frozen && !Store.CanFreeze)
            {
                Array.ForEach([cold, coldWithLock, steady], name => testbed.Report.AddSkipped(name, "this system has no SIGSTOP"));
                continue;
            }

            await outage.AtColdStartAsync(testbed, Sharing.Store, cold);
            await outage.AtColdStartAsync(testbed, Sharing.StoreAndLock, coldWithLock);
            await outage.InSteadyStateAsync(testbed, steady);
        }
    }

    private async Task AtColdStartAsync(FleetTestbed testbed, Sharing sharing, string name)
    {
        FleetApp app = await testbed.BuildAsync(sharing, FleetTestbed.LongLifetime);
        await BeginAsync(testbed.Store);
        Tally tally = await testbed.Workers.CallAsync();
        await EndAsync(testbed.Store);
        testbed.Report.Add(name, $"{app.TokenRequests}", app, tally);
        AddTargets(testbed, name, app.TokenRequests, tally);
    }

    private async Task InSteadyStateAsync(FleetTestbed testbed, string name)
    {
        FleetApp app = await testbed.BuildCallingAsync(Sharing.StoreAndLock, testbed.Settings.TokenLifetime);
        await BeginAsync(testbed.Store);
        int before = app.TokenRequests;
        await FleetTestbed.WaitUntilAsync(() => app.TokenRequests >= before + testbed.Settings.Instances, app.TokenLifetime + testbed.Settings.RenewalWindow + FleetTestbed.StoreTimeout);
        int meanwhile = app.TokenRequests - before;
        await EndAsync(testbed.Store);
        await testbed.WaitForRenewalsAsync(app, app.Secret, 1);
        Tally tally = await testbed.Workers.StopCallingAsync();
        testbed.Report.Add(name, $"{meanwhile}, then {app.TokenRequests - before - meanwhile}", app, tally);
        AddTargets(testbed, name, meanwhile, tally);
    }

    private static void AddTargets(FleetTestbed testbed, string name, int requests, Tally tally)
    {
        testbed.Report.Add(Target.AtMost(name, requests, testbed.Settings.Instances, "token requests"));
        // All calls reach that limit at the same time and share few cores.
        TimeSpan limit = FleetTestbed.StoreTimeout + tally.Fetches.Longest + TimerTolerance;
        testbed.Report.Add(Target.AtMost($"{name}: longest wait for a token, against StoreTimeout + slowest fetch + 0.1 s", tally.LongestTokenWait.TotalSeconds, limit.TotalSeconds, "s"));
    }
}
