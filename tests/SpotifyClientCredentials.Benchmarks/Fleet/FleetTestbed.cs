using System.Diagnostics;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The environment of the cases.</summary>
internal sealed record FleetTestbed(FleetSettings Settings, FleetServer Server, Store Store, Workers Workers, FleetReport Report)
{
    /// <summary>A token lifetime that no case exceeds.</summary>
    public static readonly TimeSpan LongLifetime = TimeSpan.FromHours(1);

    /// <summary>The time limit of a store call: the library's default.</summary>
    public static TimeSpan StoreTimeout { get; } = new TokenSharingOptions().StoreTimeout;

    /// <summary>Builds a fleet without a token, with a new app and an empty store.</summary>
    public async Task<FleetApp> BuildAsync(Sharing sharing, TimeSpan tokenLifetime)
    {
        await Store.ClearAsync();
        FleetApp app = Server.AddApp(tokenLifetime);
        await Workers.BuildAsync(app, sharing);
        return app;
    }

    /// <summary>Builds a fleet whose instances all make calls with the same token.</summary>
    public async Task<FleetApp> BuildCallingAsync(Sharing sharing, TimeSpan tokenLifetime)
    {
        FleetApp app = await BuildAsync(sharing, tokenLifetime);
        _ = await Workers.CallFirstAsync();
        await Workers.StartCallingAsync();
        await WaitAsync(Settings.Pause * 2);
        return app;
    }

    public static Task WaitAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);

    /// <summary>Waits until the condition is met, or until the limit; the figures then show that it was not met.</summary>
    public static async Task WaitUntilAsync(Func<bool> condition, TimeSpan limit)
    {
        long startedAt = Stopwatch.GetTimestamp();
        while (!condition() && Stopwatch.GetElapsedTime(startedAt) < limit)
        {
            await WaitAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Waits until all instances have renewed the token of the secret the given number of times.</summary>
    public async Task WaitForRenewalsAsync(FleetApp app, string secret, int renewals)
    {
        int lifetimes = app.TokenRequestsByLifetime(secret).Count + renewals;
        await WaitUntilAsync(() => app.TokenRequestsByLifetime(secret).Count >= lifetimes, app.TokenLifetime * (renewals + 1));
        await WaitAsync(app.TokenLifetime / 4);
    }
}
