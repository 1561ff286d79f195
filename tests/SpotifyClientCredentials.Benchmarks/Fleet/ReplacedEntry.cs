using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The entry of the sealed token is replaced by something else, before a cold start and again before the next renewal.</summary>
internal static class ReplacedEntry
{
    public static async Task RunAllAsync(FleetTestbed testbed)
    {
        await RunAsync(testbed, "garbage", (entry, _) => entry.WriteGarbageAsync());
        await RunAsync(testbed, "a Redis list", (entry, _) => entry.WriteListAsync());
        await RunAsync(testbed, "an expired sealed token", (entry, expired) => entry.WriteAsync(expired));
    }

    private static async Task RunAsync(FleetTestbed testbed, string what, Func<StoredEntry, byte[], Task> replaceAsync)
    {
        FleetApp app = await testbed.BuildAsync(Sharing.StoreAndLock, testbed.Settings.TokenLifetime / 2);
        _ = await testbed.Workers.CallFirstAsync();
        (StoredEntry entry, byte[] expired) = await testbed.Store.FindEntryAsync();
        await FleetTestbed.WaitAsync(app.TokenLifetime);

        int before = app.TokenRequests;
        await replaceAsync(entry, expired);
        await testbed.Workers.BuildAsync(app, Sharing.StoreAndLock);
        Tally cold = await testbed.Workers.CallAsync();
        int atColdStart = app.TokenRequests - before;

        await testbed.Workers.StartCallingAsync();
        await replaceAsync(entry, expired);
        await testbed.WaitForRenewalsAsync(app, app.Secret, 1);
        Tally steady = await testbed.Workers.StopCallingAsync();
        int atRenewal = app.TokenRequests - before - atColdStart;

        string name = $"Entry replaced by {what}, lock";
        testbed.Report.Add(name, $"cold {atColdStart}, renewal {atRenewal}", app, Tally.Sum([cold, steady]));
        testbed.Report.Add(Target.AtMost(name, Math.Max(atColdStart, atRenewal), testbed.Settings.Instances, "token requests"));
    }
}
