using System.Diagnostics;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>What the cases are played on.</summary>
internal sealed record Stage(FleetSettings Settings, FleetServer Server, Store Store, Workers Workers, FleetReport Report)
{
    /// <summary>Of a token that does not expire while a case goes on.</summary>
    public static readonly TimeSpan LongLife = TimeSpan.FromHours(1);

    /// <summary>The longest that a call to the store may take; the library's default.</summary>
    public static TimeSpan StoreTimeout { get; } = new TokenSharingOptions().StoreTimeout;

    /// <summary>A fleet without a token, an app of its own, and a store with nothing in it.</summary>
    public async Task<FleetApp> BuildAsync(Sharing sharing, TimeSpan life)
    {
        await Store.ClearAsync();
        FleetApp app = Server.AddApp(life);
        await Workers.BuildAsync(app, sharing);
        return app;
    }

    /// <summary>A fleet of which every instance calls with the same token.</summary>
    public async Task<FleetApp> BuildCallingAsync(Sharing sharing, TimeSpan life)
    {
        FleetApp app = await BuildAsync(sharing, life);
        _ = await Workers.CallFirstAsync();
        await Workers.StartCallingAsync();
        await PassAsync(Settings.Pause * 2);
        return app;
    }

    public static Task PassAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);

    /// <summary>Returns when it is so, and where it never is, at the limit: the figures will tell.</summary>
    public static async Task PassUntilAsync(Func<bool> isSo, TimeSpan limit)
    {
        long startedAt = Stopwatch.GetTimestamp();
        while (!isSo() && Stopwatch.GetElapsedTime(startedAt) < limit)
        {
            await PassAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Until the token with that secret has been renewed so many times more, by all.</summary>
    public async Task PassRenewalsAsync(FleetApp app, string secret, int renewals)
    {
        int lives = app.TokenRequestsByLife(secret).Count + renewals;
        await PassUntilAsync(() => app.TokenRequestsByLife(secret).Count >= lives, app.Life * (renewals + 1));
        await PassAsync(app.Life / 4);
    }
}
