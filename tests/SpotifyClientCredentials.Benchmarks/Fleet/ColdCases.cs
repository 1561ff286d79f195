using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>All instances start at the same time. Their processes are warm, so that JIT compilation isn't measured.</summary>
internal static class ColdCases
{
    public static async Task RunAsync(FleetTestbed testbed)
    {
        await CountAsync(testbed, Sharing.None, "Cold start, no sharing");
        int withoutLock = await CountAsync(testbed, Sharing.Store, "Cold start");
        int withLock = await CountAsync(testbed, Sharing.StoreAndLock, "Cold start, lock");
        testbed.Report.Add(Target.AtMost("Cold start", withoutLock, testbed.Settings.Instances, "token requests"));
        testbed.Report.Add(Target.AtMost("Cold start, lock", withLock, 1, "token requests"));
    }

    private static async Task<int> CountAsync(FleetTestbed testbed, Sharing sharing, string name)
    {
        FleetApp app = await testbed.BuildAsync(sharing, FleetTestbed.LongLifetime);
        Tally tally = await testbed.Workers.CallAsync();
        testbed.Report.Add(name, $"{app.TokenRequests}", app, tally);
        return app.TokenRequests;
    }
}
