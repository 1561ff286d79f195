using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>All instances start at the same moment. Their processes are warm: how fast .NET compiles is not the question.</summary>
internal static class ColdCases
{
    public static async Task RunAsync(Stage stage)
    {
        await CountAsync(stage, Sharing.None, "Cold start, not sharing");
        int open = await CountAsync(stage, Sharing.Store, "Cold start");
        int gated = await CountAsync(stage, Sharing.StoreAndLock, "Cold start, gate");
        stage.Report.Add(Target.AtMost("Cold start", open, stage.Settings.Instances, "token requests"));
        stage.Report.Add(Target.AtMost("Cold start, gate", gated, 1, "token requests"));
    }

    private static async Task<int> CountAsync(Stage stage, Sharing sharing, string name)
    {
        FleetApp app = await stage.BuildAsync(sharing, Stage.LongLife);
        Tally tally = await stage.Workers.CallAsync();
        stage.Report.Add(name, $"{app.TokenRequests}", app, tally);
        return app.TokenRequests;
    }
}
