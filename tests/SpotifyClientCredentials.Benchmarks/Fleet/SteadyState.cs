using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>All instances call steadily, and their token is renewed again and again.</summary>
/// <param name="ByLife">The token requests for each life.</param>
/// <param name="Tally">How the calls ended.</param>
internal sealed record SteadyState(IReadOnlyList<int> ByLife, Tally Tally)
{
    public double Mean => ByLife.DefaultIfEmpty().Average();

    public static async Task<SteadyState> WatchAsync(Stage stage, Sharing sharing)
    {
        FleetApp app = await stage.BuildCallingAsync(sharing, stage.Settings.Life);
        await stage.PassRenewalsAsync(app, app.Secret, stage.Settings.Lives);
        Tally tally = await stage.Workers.StopCallingAsync();

        SteadyState state = new([.. app.TokenRequestsByLife(app.Secret).Skip(1)], tally);
        string name = sharing == Sharing.StoreAndLock ? "Steady state, gate" : "Steady state";
        stage.Report.Add($"{name}, {stage.Settings.Lives} lives", string.Join(", ", state.ByLife), app, tally);
        stage.Report.Add(Target.AtMost($"{name}, mean", state.Mean, sharing == Sharing.StoreAndLock ? 1 : 3, "token requests per life"));
        return state;
    }
}
