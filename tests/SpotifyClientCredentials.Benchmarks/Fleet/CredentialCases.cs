using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The fleet's secret is changed in half of its instances, or its token is revoked.</summary>
internal static class CredentialCases
{
    public static async Task RunAsync(FleetTestbed testbed, SteadyState steadyWithLock)
    {
        await RotateAsync(testbed, steadyWithLock);
        int withoutLock = await RevokeAsync(testbed, Sharing.Store, "Revocation");
        int withLock = await RevokeAsync(testbed, Sharing.StoreAndLock, "Revocation, lock");
        testbed.Report.Add(Target.AtMost("Revocation", withoutLock, testbed.Settings.Instances, "token requests"));
        testbed.Report.Add(Target.AtMost("Revocation, lock", withLock, 3, "token requests"));
    }

    private static async Task RotateAsync(FleetTestbed testbed, SteadyState steadyWithLock)
    {
        FleetApp app = await testbed.BuildCallingAsync(Sharing.StoreAndLock, testbed.Settings.TokenLifetime);
        await FleetTestbed.WaitAsync(app.TokenLifetime / 2);
        await testbed.Workers.RotateHalfAsync(app);
        await testbed.WaitForRenewalsAsync(app, app.Secret, 2);
        // The tokens of the new secret expire half a lifetime after those of the old one.
        await FleetTestbed.WaitAsync(app.TokenLifetime / 2);
        Tally tally = await testbed.Workers.StopCallingAsync();

        IReadOnlyList<int> old = app.TokenRequestsByLifetime(app.Secret);
        IReadOnlyList<int> current = app.TokenRequestsByLifetime(app.NewSecret);
        testbed.Report.Add("Half of the fleet on a new secret, lock", $"old {string.Join(", ", old)}; new {string.Join(", ", current)}", app, tally);
        double both = old.DefaultIfEmpty().Average() + current.DefaultIfEmpty().Average();
        testbed.Report.Add(Target.AtMost("Two secrets, lock, mean", both, 2 * steadyWithLock.Mean, "token requests per lifetime"));
    }

    private static async Task<int> RevokeAsync(FleetTestbed testbed, Sharing sharing, string name)
    {
        FleetApp app = await testbed.BuildCallingAsync(sharing, FleetTestbed.LongLifetime);
        int before = app.TokenRequests;
        app.RevokeTokens();
        // Twice as long as an instance waits for a token that another one is fetching.
        await FleetTestbed.WaitAsync(testbed.Settings.TokenLifetime / 2);
        Tally tally = await testbed.Workers.StopCallingAsync();
        int requests = app.TokenRequests - before;
        testbed.Report.Add(name, $"{requests}", app, tally);
        return requests;
    }
}
