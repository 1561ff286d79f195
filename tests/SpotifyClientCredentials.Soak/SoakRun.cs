using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Soak;

/// <summary>One run of the server, the application with its callers, and the chaos.</summary>
internal sealed class SoakRun
{
    // A time without chaos before the first and before the last measurement of memory.
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(6);

    private readonly DisturbedClock _clock = new();
    private readonly ServerRecord _record;
    private readonly CallStatistics _statistics = new();
    private readonly Vault _vault = new();

    private readonly TimeSpan _duration;
    private readonly int _seed;

    public SoakRun(TimeSpan duration, int seed)
    {
        _duration = duration;
        _seed = seed;
        _record = new ServerRecord(_clock);
    }

    /// <summary>Prints the statistics, the problems found, and a summary line.</summary>
    /// <returns>Whether there are no problems.</returns>
    public async Task<bool> RunAsync()
    {
        using EventCounter events = new();
        await using SoakServer server = new(_record);
        await server.StartAsync();
        (_, _vault.Secret) = server.CreateSecret();
        IConfigurationRoot configuration = Configure(server.Address);
        await using ServiceProvider services = BuildApplication(configuration, events);
        Chaos chaos = new(server, _record, _vault, configuration, _clock, _seed);

        using CancellationTokenSource stopCalls = new();
        Samples samples = new(_record);
        Task sampling = samples.TakeAsync(stopCalls.Token);
        Task withoutSettings = chaos.StartAsync();
        Task calling = new Callers(services.GetRequiredService<IHttpClientFactory>(), server.Api, _record, _clock, _statistics).RunAsync(stopCalls.Token);
        await withoutSettings;
        await Task.Delay(QuietTime, TimeProvider.System);
        Resources start = Resources.Measure();
        using (CancellationTokenSource stopChaos = new(_duration - (2 * QuietTime), TimeProvider.System))
        {
            await chaos.RunAsync(stopChaos.Token);
        }

        await Task.Delay(QuietTime, TimeProvider.System);
        Resources end = Resources.Measure();
        await stopCalls.CancelAsync();
        await Task.WhenAll(calling, sampling).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        Print(server, chaos, events, samples, start, end);
        string[] problems = [.. FindProblems(chaos, events, samples, start, end)];
        Array.ForEach(problems, Console.Error.WriteLine);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"soak: {_statistics.Calls} calls, {_statistics.UnexplainedCount} unexplained failures, {server.TokenRequests} token requests, longest wait {_statistics.MaxDuration.TotalSeconds:0.0} s, seed {_seed}"));
        return problems.Length == 0;
    }

    private static IConfigurationRoot Configure(Uri server) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Spotify:ClientId"] = SoakServer.ClientId,
        ["Spotify:TokenEndpoint"] = new Uri(server, "api/token").AbsoluteUri,
        ["Spotify:ApiBaseAddress"] = new Uri(server, "v1/").AbsoluteUri,
        ["Spotify:TokenRequestTimeout"] = SoakSettings.TokenRequestTimeout.ToString("c", CultureInfo.InvariantCulture),
    }).Build();

    private ServiceProvider BuildApplication(IConfiguration configuration, EventCounter events)
    {
        ServiceCollection services = new();
        services.AddSingleton(configuration);
        services.AddSingleton<TimeProvider>(_clock);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(events));
        services.AddSpotifyClientCredentials();
        services.Configure<SpotifyClientCredentialsOptions>(_vault.Configure);
        // Handlers are rebuilt more often than usual, and idle connections are closed early, so that they don't count as leaks.
        services.AddHttpClient(Callers.ClientName)
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2))
            .SetHandlerLifetime(TimeSpan.FromSeconds(15))
            .AddSpotifyBearerToken();
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private void Print(SoakServer server, Chaos chaos, EventCounter events, Samples samples, Resources start, Resources end)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            seed            {_seed}
            calls           {_statistics.Calls} in {_duration.TotalSeconds:0} s by {SoakSettings.Callers} callers, {_statistics.Successes} succeeded
            failures        {string.Join(", ", _statistics.Failures.Select(failure => $"{failure.Count} {failure.Outcome}"))}
            token requests  {server.TokenRequests}, at most {server.MaxConcurrentTokenRequests} concurrently, {_record.Problems.Count} that the rules forbid
            tokens issued   {server.TokensIssued}, {_record.Forced} for a rejected one
            renewals        {events[2]} ahead, {events[1]} on demand, {events[7]} tokens rejected
            expired tokens  {_record.ExpiredTokensExplained} sent because the wall clock was set back or stood still, {_record.ExpiredTokensUnexplained} others
            failing vault   {_vault.FailedReads} reads, {events[8]} reloads
            longest wait    {_statistics.MaxDuration.TotalSeconds:0.000} s; threads ran at most {samples.MaxDelay.TotalMilliseconds:0} ms late, the pool {samples.MaxPoolDelay.TotalMilliseconds:0} ms
            server          no token could exist for {samples.ShareWithoutToken:0.0 %} of the time
            at the start    {start}
            at the end      {end}
            chaos           {string.Join(", ", chaos.EventCounts.Select(what => $"{what.Value} {what.Key}"))}
            """));
    }

    private IEnumerable<string> FindProblems(Chaos chaos, EventCounter events, Samples samples, Resources start, Resources end)
    {
        foreach (string problem in _statistics.Unexplained.Concat(_record.Problems))
        {
            yield return problem;
        }

        // If a thread can be delayed for longer than the margin, a token that was valid when it was sent may have expired on arrival.
        if (_record.ExpiredTokensUnexplained > 0 && samples.MaxDelay < SoakSettings.Margin)
        {
            yield return $"{_record.ExpiredTokensUnexplained} calls carried an expired token.";
        }

        if (events[8] != chaos.FailedReloads)
        {
            yield return $"{chaos.FailedReloads} reloads failed, and {events[8]} were logged.";
        }

        if (end.HasLeakedSince(start))
        {
            yield return "Memory or handles have grown.";
        }

        if (chaos.EventCounts.Values.Any(count => count == 0))
        {
            yield return "An event of the chaos did not occur.";
        }

        if (_statistics.Successes == 0)
        {
            yield return "No call succeeded.";
        }
    }
}
