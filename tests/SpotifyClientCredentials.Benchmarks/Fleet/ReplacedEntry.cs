using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Something else is where the sealed token should be: at a cold start, and again at the next renewal.</summary>
internal static class ReplacedEntry
{
    public static async Task RunAllAsync(Stage stage)
    {
        await RunAsync(stage, "garbage", (entry, _) => entry.WriteGarbageAsync());
        await RunAsync(stage, "a Redis list", (entry, _) => entry.WriteListAsync());
        await RunAsync(stage, "a sealed token that has expired", (entry, expired) => entry.WriteAsync(expired));
    }

    private static async Task RunAsync(Stage stage, string what, Func<StoredEntry, byte[], Task> replaceAsync)
    {
        FleetApp app = await stage.BuildAsync(Sharing.StoreAndLock, stage.Settings.Life / 2);
        _ = await stage.Workers.CallFirstAsync();
        StoredEntry entry = await stage.Store.FindEntryAsync();
        byte[] expired = await entry.ReadAsync();
        await Stage.PassAsync(app.Life);

        int before = app.TokenRequests;
        await replaceAsync(entry, expired);
        await stage.Workers.BuildAsync(app, Sharing.StoreAndLock);
        Tally cold = await stage.Workers.CallAsync();
        int atColdStart = app.TokenRequests - before;

        await stage.Workers.StartCallingAsync();
        await replaceAsync(entry, expired);
        await stage.PassRenewalsAsync(app, app.Secret, 1);
        Tally steady = await stage.Workers.StopCallingAsync();
        int atRenewal = app.TokenRequests - before - atColdStart;

        string name = $"Entry replaced by {what}, gate";
        stage.Report.Add(name, $"cold {atColdStart}, renewal {atRenewal}", app, Tally.Sum([cold, steady]));
        stage.Report.Add(Target.AtMost(name, Math.Max(atColdStart, atRenewal), stage.Settings.Instances, "token requests"));
    }
}
