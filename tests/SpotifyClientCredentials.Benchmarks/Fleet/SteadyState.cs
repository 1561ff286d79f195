using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>All instances call repeatedly while their token is renewed several times.</summary>
/// <param name="ByLifetime">The token requests for each lifetime.</param>
/// <param name="Tally">The outcomes of the calls.</param>
internal sealed record SteadyState(IReadOnlyList<int> ByLifetime, Tally Tally)
{
    public double Mean => ByLifetime.DefaultIfEmpty().Average();

    public static async Task<SteadyState> MeasureAsync(FleetTestbed testbed, Sharing sharing)
    {
        FleetApp app = await testbed.BuildCallingAsync(sharing, testbed.Settings.TokenLifetime);
        await testbed.WaitForRenewalsAsync(app, app.Secret, testbed.Settings.Lifetimes);
        Tally tally = await testbed.Workers.StopCallingAsync();

        SteadyState state = new([.. app.TokenRequestsByLifetime(app.Secret).Skip(1)], tally);
        string name = sharing == Sharing.StoreAndLock ? "Steady state, lock" : "Steady state";
        testbed.Report.Add($"{name}, {testbed.Settings.Lifetimes} lifetimes", string.Join(", ", state.ByLifetime), app, tally);
        testbed.Report.Add(Target.AtMost($"{name}, mean", state.Mean, sharing == Sharing.StoreAndLock ? 1 : 3, "token requests per lifetime"));
        return state;
    }
}
