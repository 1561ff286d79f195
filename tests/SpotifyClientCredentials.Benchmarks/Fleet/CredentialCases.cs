using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>What the fleet has is no longer good: its secret is changed, instance by instance, or its token is revoked.</summary>
internal static class CredentialCases
{
    public static async Task RunAsync(Stage stage, SteadyState gated)
    {
        await RotateAsync(stage, gated);
        int open = await RevokeAsync(stage, Sharing.Store, "Revocation");
        int withLock = await RevokeAsync(stage, Sharing.StoreAndLock, "Revocation, gate");
        stage.Report.Add(Target.AtMost("Revocation", open, stage.Settings.Instances, "token requests"));
        stage.Report.Add(Target.AtMost("Revocation, gate", withLock, 3, "token requests"));
    }

    private static async Task RotateAsync(Stage stage, SteadyState gated)
    {
        FleetApp app = await stage.BuildCallingAsync(Sharing.StoreAndLock, stage.Settings.Life);
        await Stage.PassAsync(app.Life / 2);
        await stage.Workers.RotateHalfAsync(app);
        await stage.PassRenewalsAsync(app, app.Secret, 2);
        // Half a life after the old one's.
        await Stage.PassAsync(app.Life / 2);
        Tally tally = await stage.Workers.StopCallingAsync();

        IReadOnlyList<int> old = app.TokenRequestsByLife(app.Secret);
        IReadOnlyList<int> fresh = app.TokenRequestsByLife(app.NewSecret);
        stage.Report.Add("Half of the fleet on a new secret, gate", $"old {string.Join(", ", old)}; new {string.Join(", ", fresh)}", app, tally);
        double both = old.DefaultIfEmpty().Average() + fresh.DefaultIfEmpty().Average();
        stage.Report.Add(Target.AtMost("Two secrets, gate, mean", both, 2 * gated.Mean, "token requests per life"));
    }

    private static async Task<int> RevokeAsync(Stage stage, Sharing sharing, string name)
    {
        FleetApp app = await stage.BuildCallingAsync(sharing, Stage.LongLife);
        int before = app.TokenRequests;
        app.RevokeTokens();
        // Twice as long as an instance waits for what another fetches.
        await Stage.PassAsync(stage.Settings.Life / 2);
        Tally tally = await stage.Workers.StopCallingAsync();
        int requests = app.TokenRequests - before;
        stage.Report.Add(name, $"{requests}", app, tally);
        return requests;
    }
}
