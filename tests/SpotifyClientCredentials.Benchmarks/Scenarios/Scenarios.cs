using System.Diagnostics;
using SpotifyClientCredentials.Benchmarks.Fleet;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>All scenarios, in real time against a real server; in miniature, only to check that they work.</summary>
internal sealed class Scenarios(bool isMiniature)
{
    private readonly int _many = isMiniature ? 20 : 1000;
    private readonly int _steady = isMiniature ? 4 : 64;
    private readonly double _scale = isMiniature ? 0.1 : 1;

    public async Task<Results> RunAsync()
    {
        List<Table> tables = [];
        List<string[]> headlines = [];
        List<Target> all = [];
        foreach (Scenario scenario in All())
        {
            (Table table, string[] headline, IEnumerable<Target> targets) = await scenario.RunAllAsync(isSequential: !isMiniature);
            Console.Error.WriteLine($"{scenario.Title}: done");
            tables.Add(table);
            headlines.Add(headline);
            all.AddRange(targets);
        }

        (Table rateLimit, IEnumerable<Target> rateLimitTargets) = await new RateLimitScenario(isMiniature).RunAsync();
        tables.Add(rateLimit);
        all.AddRange(rateLimitTargets);
        Table summary = new("What goes wrong, counted at the server", ["", .. Contender.All.Select(contender => contender.Name)], headlines);
        return new Results(tables, [summary, rateLimit], all);
    }

    private IEnumerable<Scenario> All() =>
    [
        Stampede,
        Rollover,
        Revocation,
        .. Enum.GetValues<Outage>().Select(InWindow),
        UserEndpointInOutage,
        .. Enum.GetValues<Outage>().Select(WithoutToken),
        ShortOutageWithoutToken,
        Gateway,
        .. Store.CanFreeze ? [Suspended(5, requests: 2), Suspended(12, requests: 1)] : (Scenario[])[],
        LeaderCancels,
    ];

    private Scenario Stampede => new(
        $"Cold stampede: {_many} concurrent first calls",
        ["token requests", "failed calls", "slowest call, s"],
        async (world, call) =>
        {
            world.Fake.TokenLatency = TimeSpan.FromMilliseconds(200);
            Load load = Load(call);
            await load.AtOnceAsync(_many);
            return [world.TokenRequests, load.Failed, load.Slowest.TotalSeconds];
        },
        figures => [Target.AtMost("Cold stampede", figures[0], 1, "token requests"), Target.AtMost("Cold stampede", figures[1], 0, "failed calls")],
        $"{_many} concurrent first calls: token requests",
        figures => Scenario.Text(figures[0]));

    private Scenario Rollover => new(
        $"Rollover: {_steady} callers for 30 s, token lifetime 8 s, 500 ms per token request",
        ["calls", "token requests", "calls slower than 100 ms", "slowest call, s", "failed calls"],
        async (world, call) =>
        {
            world.Fake.TokenLifetime = Lifetime(8);
            world.Fake.TokenLatency = Scaled(0.5);
            await Load(call).CallAsync();
            Load load = Load(call);
            using CancellationTokenSource end = new(Scaled(30), TimeProvider.System);
            await load.SteadyAsync(_steady, end.Token);
            return [load.Calls, world.TokenRequests, load.Slower, load.Slowest.TotalSeconds, load.Failed];
        },
        figures => [Target.AtMost("Rollover", figures[2], 0, "calls slower than 100 ms"), Target.AtMost("Rollover", figures[4], 0, "failed calls")],
        $"{_steady} callers while tokens expire: calls that wait",
        figures => Scenario.Percent(figures[2], figures[0]));

    private Scenario Revocation => new(
        $"Revocation: {_many} concurrent calls with a revoked token (the others don't handle a 401)",
        ["token requests", "failed calls", "slowest call, s"],
        async (world, call) =>
        {
            await Load(call).CallAsync();
            int before = world.TokenRequests;
            world.Fake.RevokeTokens();
            Load load = Load(call);
            await load.AtOnceAsync(_many);
            return [world.TokenRequests - before, load.Failed, load.Slowest.TotalSeconds];
        },
        figures => [Target.AtMost("Revocation", figures[0], 1, "token requests"), Target.AtMost("Revocation", figures[1], 0, "failed calls")],
        $"{_many} calls with a revoked token: failed (the others, as they are set up, don't handle a 401)",
        figures => Scenario.Percent(figures[1], _many));

    private Scenario InWindow(Outage outage) => new(
        $"Token endpoint {Describe(outage)} from 17 s to 20 s of a token's lifetime of 24 s; {_steady} callers for 29 s",
        ["calls", "token requests", "failed calls", "slowest call, s"],
        async (world, call) =>
        {
            world.Fake.TokenLifetime = Lifetime(24);
            await Load(call).CallAsync();
            Load load = Load(call);
            using CancellationTokenSource end = new(Scaled(29), TimeProvider.System);
            Task calling = load.SteadyAsync(_steady, end.Token);
            await Task.Delay(Scaled(17), TimeProvider.System);
            world.BeginOutage(outage);
            await Task.Delay(Scaled(3), TimeProvider.System);
            world.EndOutage();
            await calling;
            return [load.Calls, world.TokenRequests, load.Failed, load.Slowest.TotalSeconds];
        },
        figures => [Target.AtMost($"Outage in the window, {Describe(outage)}", figures[2], 0, "failed calls")],
        $"token endpoint {Describe(outage)} while a token is good: calls failed",
        figures => Scenario.Percent(figures[2], figures[0]));

    private Scenario WithoutToken(Outage outage) => new(
        $"Token endpoint {Describe(outage)} for 20 s at a cold start; {_steady} callers",
        ["token requests per second", "calls per second", "slowest call, s", "recovery time, s"],
        async (world, call) =>
        {
            world.BeginOutage(outage);
            Load load = Load(call);
            using CancellationTokenSource end = new();
            Task calling = load.SteadyAsync(_steady, end.Token);
            await Task.Delay(Scaled(20), TimeProvider.System);
            (int requests, int calls) = (world.TokenRequests, load.Calls);
            world.EndOutage();
            TimeSpan recovery = await RecoveryAsync(load);
            await end.CancelAsync();
            await calling;
            return [requests / Scaled(20).TotalSeconds, calls / Scaled(20).TotalSeconds, load.Slowest.TotalSeconds, recovery.TotalSeconds];
        },
        // A hanging attempt may last half of TokenRequestTimeout, and the pause after it half a second.
        figures =>
        [
            Target.AtMost($"Outage without a token, {Describe(outage)}", figures[0], 1.5, "token requests per second"),
            Target.AtMost($"Recovery, {Describe(outage)}", figures[3], outage == Outage.Hanging ? 10.5 : 5, "s"),
        ],
        $"token endpoint {Describe(outage)} and there is no token: token requests per second",
        figures => Scenario.Text(figures[0]));

    private Scenario UserEndpointInOutage => new(
        $"Token endpoint returns 503; after 3 s, one call of an endpoint that needs a user; {_steady} callers for 10 s",
        ["calls", "token requests", "failed calls", "slowest call, s"],
        async (world, call) =>
        {
            await Load(call).CallAsync();
            world.BeginOutage(Outage.Unavailable);
            Load load = Load(call);
            using CancellationTokenSource end = new(Scaled(10), TimeProvider.System);
            Task calling = load.SteadyAsync(_steady, end.Token);
            await Task.Delay(Scaled(3), TimeProvider.System);
            _ = await call("me", CancellationToken.None);
            await calling;
            return [load.Calls, world.TokenRequests, load.Failed, load.Slowest.TotalSeconds];
        },
        figures => [Target.AtMost("User endpoint in an outage", figures[2], 0, "failed calls")],
        "token endpoint returns 503, and one call of an endpoint that needs a user is rejected: other calls failed",
        figures => Scenario.Percent(figures[2], figures[0]));

    private Scenario ShortOutageWithoutToken => new(
        $"Token endpoint returns 503 in the first 4 s of a cold start; {_steady} callers for 10 s",
        ["calls", "token requests", "failed calls", "slowest call, s"],
        async (world, call) =>
        {
            world.BeginOutage(Outage.Unavailable);
            Load load = Load(call);
            using CancellationTokenSource end = new(Scaled(10), TimeProvider.System);
            Task calling = load.SteadyAsync(_steady, end.Token);
            await Task.Delay(Scaled(4), TimeProvider.System);
            world.EndOutage();
            await calling;
            return [load.Calls, world.TokenRequests, load.Failed, load.Slowest.TotalSeconds];
        },
        figures => [Target.AtMost("Short outage without a token", figures[2], 0, "failed calls")],
        "token endpoint returns 503 in the first 4 s of a cold start: calls failed",
        figures => Scenario.Text(figures[2]));

    private Scenario Gateway => new(
        $"A gateway rejects each 20th request with 401, whatever its token; {_steady} callers for 10 s (the others don't handle a 401)",
        ["calls", "token requests", "failed calls", "slowest call, s"],
        async (world, call) =>
        {
            await Load(call).CallAsync();
            world.Fake.UnauthorizedInterval = 20;
            Load load = Load(call);
            using CancellationTokenSource end = new(Scaled(10), TimeProvider.System);
            await load.SteadyAsync(_steady, end.Token);
            return [load.Calls, world.TokenRequests, load.Failed, load.Slowest.TotalSeconds];
        },
        figures => [Target.AtMost("Gateway's 401s", 100 * figures[2] / figures[0], 0.5, "% failed calls")],
        "a gateway rejects each 20th request with 401: calls failed (the others, as they are set up, don't handle a 401)",
        figures => Scenario.Percent(figures[2], figures[0]));

    private Scenario Suspended(int seconds, int requests) => new(
        $"The process is suspended for {seconds} s during its first token request; {_steady} callers",
        ["token requests", "failed calls"],
        async (world, _) =>
        {
            world.Fake.TokenLatency = TimeSpan.FromMilliseconds(500);
            return [.. await SuspendedProgram.RunAsync(world, _steady, Scaled(seconds))];
        },
        figures =>
        [
            Target.AtMost($"Suspended for {seconds} s", figures[0], requests, "token requests"),
            Target.AtMost($"Suspended for {seconds} s", figures[1], 0, "failed calls"),
        ],
        $"process suspended for {seconds} s during a token request: calls failed",
        figures => Scenario.Percent(figures[1], _steady));

    private Scenario LeaderCancels => new(
        "The first of 21 callers cancels while the token is fetched",
        ["token requests", "failed calls of the others", "slowest call, s"],
        async (world, call) =>
        {
            world.Fake.TokenLatency = TimeSpan.FromMilliseconds(500);
            using CancellationTokenSource leader = new();
            Task leading = Load(call).CallAsync(leader.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            Load load = Load(call);
            Task following = load.AtOnceAsync(20);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            await leader.CancelAsync();
            await Task.WhenAll(leading, following);
            return [world.TokenRequests, load.Failed, load.Slowest.TotalSeconds];
        },
        figures => [Target.AtMost("Leader cancels", figures[0], 1, "token requests"), Target.AtMost("Leader cancels", figures[1], 0, "failed calls")],
        "the first of 21 callers cancels: calls of the others failed",
        figures => Scenario.Percent(figures[1], 20));

    private async Task<TimeSpan> RecoveryAsync(Load load)
    {
        long startedAt = Stopwatch.GetTimestamp();
        TimeSpan maxWait = isMiniature ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(60);
        while (Stopwatch.GetElapsedTime(startedAt) < maxWait)
        {
            using CancellationTokenSource limit = new(maxWait, TimeProvider.System);
            if (await load.CallAsync(limit.Token))
            {
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        return Stopwatch.GetElapsedTime(startedAt);
    }

    private Load Load(Call call) => new(call, TimeSpan.FromSeconds(isMiniature ? 3 : 40));

    private TimeSpan Scaled(double seconds) => TimeSpan.FromSeconds(seconds * _scale);

    // Some contenders support only whole seconds.
    private TimeSpan Lifetime(double seconds) => TimeSpan.FromSeconds(Math.Ceiling(seconds * _scale));

    private static string Describe(Outage outage) => outage switch
    {
        Outage.Unavailable => "returns 503",
        Outage.Refused => "refuses connections",
        _ => "hangs",
    };
}
