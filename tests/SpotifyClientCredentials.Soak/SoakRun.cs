using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Soak;

/// <summary>One run of the server, the application with its callers, and the chaos.</summary>
internal sealed class SoakRun(TimeSpan duration, int seed)
{
    // A time without chaos before the first and before the last measurement of memory.
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan MinDurationForAllEvents = TimeSpan.FromMinutes(5);

    private readonly ServerRecord _record = new();
    private readonly CallStatistics _statistics = new();
    private readonly JumpingClock _clock = new();

    /// <summary>Prints the statistics, the problems found, and a summary line.</summary>
    /// <returns>Whether there are no problems.</returns>
    public async Task<bool> RunAsync()
    {
        using EventCounter events = new();
        await using SoakServer server = new(_record);
        await server.StartAsync();
        (_, string secret) = server.CreateSecret();
        IConfigurationRoot configuration = Configure(server.Address, secret);
        await using ServiceProvider services = BuildApplication(configuration, events);
        Chaos chaos = new(server, _record, configuration, _clock, seed);

        using CancellationTokenSource stopCalls = new();
        Samples samples = new(_record);
        Task sampling = samples.TakeAsync(stopCalls.Token);
        Task calling = new Callers(services.GetRequiredService<IHttpClientFactory>(), _record, _statistics).RunAsync(stopCalls.Token);
        await Task.Delay(QuietTime, TimeProvider.System);
        Resources start = Resources.Measure();
        using (CancellationTokenSource stopChaos = new(duration - (2 * QuietTime), TimeProvider.System))
        {
            await chaos.RunAsync(stopChaos.Token);
        }

        await Task.Delay(QuietTime, TimeProvider.System);
        Resources end = Resources.Measure();
        await stopCalls.CancelAsync();
        await Task.WhenAll(calling, sampling).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        Print(server, chaos, events, samples, start, end);
        string[] problems = [.. FindProblems(server, chaos, samples, start, end)];
        Array.ForEach(problems, Console.Error.WriteLine);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"soak: {_statistics.Calls} calls, {_statistics.UnexplainedCount} unexplained failures, {server.TokenRequests} token requests, longest wait {_statistics.MaxDuration.TotalSeconds:0.0} s, seed {seed}"));
        return problems.Length == 0;
    }

    private static IConfigurationRoot Configure(Uri server, string secret) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Spotify:ClientId"] = SoakServer.ClientId,
        ["Spotify:ClientSecret"] = secret,
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
            seed            {seed}
            calls           {_statistics.Calls} in {duration.TotalSeconds:0} s by {SoakSettings.Callers} callers, {_statistics.Successes} succeeded
            failures        {string.Join(", ", _statistics.Failures.Select(failure => $"{failure.Count} {failure.Outcome}"))}
            token requests  {server.TokenRequests}, at most {server.MaxConcurrentTokenRequests} concurrently, {server.TokensIssued} tokens issued
            renewals        {events[2]} ahead, {events[1]} on demand, {events[7]} tokens rejected
            longest wait    {_statistics.MaxDuration.TotalSeconds:0.000} s; threads ran at most {samples.MaxDelay.TotalMilliseconds:0} ms late
            server          no token could exist for {samples.ShareWithoutToken:0.0 %} of the time
            at the start    {start}
            at the end      {end}
            chaos           {string.Join(", ", chaos.EventCounts.Select(what => $"{what.Value} {what.Key}"))}
            """));
    }

    private IEnumerable<string> FindProblems(SoakServer server, Chaos chaos, Samples samples, Resources start, Resources end)
    {
        foreach (string failure in _statistics.Unexplained)
        {
            yield return failure;
        }

        // If a thread can be delayed for longer than the margin, a token that was valid when it was sent may have expired on arrival.
        if (server.InvalidTokensSeen > 0 && samples.MaxDelay < SoakSettings.Margin)
        {
            yield return $"{server.InvalidTokensSeen} calls carried no token, or an expired one.";
        }

        if (end.HasLeakedSince(start))
        {
            yield return "Memory or handles have grown.";
        }

        if (duration >= MinDurationForAllEvents && chaos.EventCounts.Values.Any(count => count == 0))
        {
            yield return "An event of the chaos did not occur.";
        }

        if (_statistics.Successes == 0)
        {
            yield return "No call succeeded.";
        }
    }
}
