using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>What the library does if instances share a token.</summary>
internal static partial class Behaviours
{
    private static Task ShareAsync(ObservedApp app) => ShareAsync(app, (_, _) => { }, async (one, other) =>
    {
        AccessToken token = await one.GetTokenAsync();
        await Soon.UntilAsync(() => app.Clock.TimersPending == 0);
        AccessToken shared = await other.GetTokenAsync();
        Assert.Equal(token.Value, shared.Value);
        Assert.Single(app.Fake.TokenRequests);
        Observe(app, token, shared);
    });

    private static Task ShareRevokedAsync(ObservedApp app) => ShareAsync(app, (_, _) => { }, async (one, other) =>
    {
        AccessToken revoked = await one.GetTokenAsync();
        await Soon.UntilAsync(() => app.Clock.TimersPending == 0);
        AccessToken same = await other.GetTokenAsync();
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        AccessToken token = await one.GetTokenAsync(revoked);
        await Soon.UntilAsync(() => app.Clock.TimersPending == 0);
        Observe(app, revoked, token, await other.GetTokenAsync(same));
        Assert.Equal(2, app.Fake.TokenRequests.Count);
    });

    private static Task ShareOverAStoreThatEchoesAsync(ObservedApp app) => ShareAsync(
        app,
        (store, fetchLock) =>
        {
            Exception echo = new InvalidOperationException($"{app.Fake.ClientId} {app.Fake.ClientSecret} {Basic(app)}", new InvalidOperationException(app.Fake.ClientSecret));
            store.OnGet = _ => throw echo;
            store.OnSet = _ => throw echo;
        },
        async (one, _) =>
        {
            Observe(app, await one.GetTokenAsync());
            await Soon.UntilAsync(() => app.Observation.Log.Events(6).Any());
        });

    private static Task ShareWithALockThatEchoesAsync(ObservedApp app) => ShareAsync(
        app,
        (_, fetchLock) => fetchLock.OnAcquire = _ => throw new InvalidOperationException($"{app.Fake.ClientSecret} {Basic(app)}"),
        async (one, _) =>
        {
            Observe(app, await one.GetTokenAsync());
            Assert.Single(app.Observation.Log.Events(6));
        });

    private static Task ShareOverAnInvalidEntryAsync(ObservedApp app) => ShareAsync(
        app,
        (store, _) => store.OnGet = _ => Task.FromResult<byte[]?>([1, 2, 3]),
        async (one, _) =>
        {
            Observe(app, await one.GetTokenAsync());
            Assert.Single(app.Observation.Log.Events(6));
        });

    // Redis refuses to overwrite an entry of another type.
    private static Task ShareOverAnEntryOfAnotherTypeAsync(ObservedApp app)
    {
        ScriptedStore? used = null;
        return ShareAsync(
            app,
            (store, _) =>
            {
                used = store;
                store.OnSet = _ => store.Calls.Contains("remove") ? Task.CompletedTask : throw new InvalidOperationException("WRONGTYPE");
            },
            async (one, _) =>
            {
                Observe(app, await one.GetTokenAsync());
                await Soon.UntilAsync(() => used!.Lives.Count == 1);
                Assert.Equal(["get", "get", "set", "remove", "set"], used!.Calls);
            });
    }

    private static Task ShareWithATakenLockAsync(ObservedApp app) => ShareAsync(app, (_, fetchLock) => fetchLock.Acquire(), async (one, _) =>
    {
        Task<AccessToken> getting = one.GetTokenAsync().AsTask();
        await PassTimeAsync(app, TimeSpan.FromSeconds(0.1), () => app.Fake.TokenRequests.Count == 1);
        Observe(app, await getting);
    });

    private static Task RenewWithATakenLockAsync(ObservedApp app)
    {
        ScriptedLock? used = null;
        return ShareAsync(app, (_, fetchLock) => used = fetchLock, async (one, _) =>
        {
            Observe(app, await one.GetTokenAsync());
            await Soon.UntilAsync(() => used!.Releases == 1 && app.Clock.TimersPending == 0);
            used!.Acquire();
            app.Clock.Advance(TimeSpan.FromMinutes(57.5));
            Observe(app, await one.GetTokenAsync());
            await PassTimeAsync(app, TimeSpan.FromSeconds(0.1), () => app.Fake.TokenRequests.Count == 2);
            await Soon.UntilAsync(() => app.Observation.Log.Events(2).Any());
            Observe(app, await one.GetTokenAsync());
        });
    }

    private static async Task ShareAsync(
        ObservedApp app,
        Action<ScriptedStore, ScriptedLock> prepare,
        Func<ClientCredentialsTokenProvider, ClientCredentialsTokenProvider, Task> act)
    {
        ScriptedStore store = new(app.Clock);
        ScriptedLock fetchLock = new();
        prepare(store, fetchLock);
        await using ServiceProvider one = Build();
        await using ServiceProvider other = Build();
        ClientCredentialsTokenProvider[] providers = [.. new[] { one, other }.Select(services => services.GetRequiredService<ClientCredentialsTokenProvider>())];

        await act(providers[0], providers[1]);

        Array.ForEach(providers, app.Observation.Show);
        Array.ForEach(
            new[] { one, other },
            services => app.Observation.Show(services.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<TokenSharingOptions>>().CurrentValue));

        ServiceProvider Build() => TestContainer.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(app.Observation.Log));
            services.AddSingleton<TimeProvider>(app.Clock);
            services.AddSpotifyClientCredentials(app.Fake.Configure).ShareToken(options => (options.Cache, options.TryAcquireLock) = (store, fetchLock.TryAcquire));
        });
    }

    private static void Observe(ObservedApp app, params AccessToken[] tokens)
    {
        foreach (AccessToken token in tokens)
        {
            app.Observation.Secrets.Add("shared token", token.Value);
            app.Observation.Show(token);
        }
    }
}
