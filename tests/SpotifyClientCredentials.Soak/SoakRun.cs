using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SpotifyClientCredentials.Soak;

/// <summary>One run: the server, the application with its callers, and the chaos, for a given time.</summary>
internal sealed class SoakRun(TimeSpan duration, int seed)
{
    // Undisturbed, before the first look at memory and before the last.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan LongEnoughForAll = TimeSpan.FromMinutes(5);

    private readonly ServerRecord _record = new();
    private readonly Figures _figures = new();
    private readonly JumpingClock _clock = new();

    /// <summary>Prints its figures, what is wrong with them, and a closing line.</summary>
    /// <returns>Whether nothing is.</returns>
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
        Task calling = new Callers(services.GetRequiredService<IHttpClientFactory>(), _record, _figures).RunAsync(stopCalls.Token);
        await Task.Delay(Calm, TimeProvider.System);
        Resources start = Resources.Measure();
        using (CancellationTokenSource stopChaos = new(duration - (2 * Calm), TimeProvider.System))
        {
            await chaos.RunAsync(stopChaos.Token);
        }

        await Task.Delay(Calm, TimeProvider.System);
        Resources end = Resources.Measure();
        await stopCalls.CancelAsync();
        await Task.WhenAll(calling, sampling).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        Print(server, chaos, events, samples, start, end);
        string[] complaints = [.. Judge(server, chaos, samples, start, end)];
        Array.ForEach(complaints, Console.Error.WriteLine);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"soak: {_figures.Calls} calls, {_figures.UnexplainedCount} unexplained failures, {server.TokenRequests} token requests, longest wait {_figures.Longest.TotalSeconds:0.0} s, seed {seed}"));
        return complaints.Length == 0;
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
        // Handlers are rebuilt more often than usual, and idle connections do not count as leaks.
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
            calls           {_figures.Calls} in {duration.TotalSeconds:0} s by {SoakSettings.Callers} callers, {_figures.Responses} answered
            failures        {string.Join(", ", _figures.Failures.Select(failure => $"{failure.Count} {failure.Outcome}"))}
            token requests  {server.TokenRequests}, at most {server.MostTokenRequestsAtOnce} at once, {server.TokensIssued} tokens issued
            renewals        {events[2]} ahead, {events[1]} waited for, {events[7]} tokens rejected
            longest wait    {_figures.Longest.TotalSeconds:0.000} s; a thread got its turn at most {samples.Latest.TotalMilliseconds:0} ms late
            server's record no token could exist in {samples.ShareWithoutToken:0.0 %} of the time
            at the start    {start}
            at the end      {end}
            chaos           {string.Join(", ", chaos.Happened.Select(what => $"{what.Value} {what.Key}"))}
            """));
    }

    private IEnumerable<string> Judge(SoakServer server, Chaos chaos, Samples samples, Resources start, Resources end)
    {
        foreach (string failure in _figures.Unexplained)
        {
            yield return failure;
        }

        // Where a thread may rest for longer than the margin, a token that was good when it was sent need not be when it arrives.
        if (server.UselessTokensSeen > 0 && samples.Latest < SoakSettings.Margin)
        {
            yield return $"{server.UselessTokensSeen} calls carried no token, or one that was past its life.";
        }

        if (end.HasLeakedSince(start))
        {
            yield return "Memory or handles have grown.";
        }

        if (duration >= LongEnoughForAll && chaos.Happened.Values.Any(count => count == 0))
        {
            yield return "Something of the chaos did not happen.";
        }

        if (_figures.Responses == 0)
        {
            yield return "No call was answered.";
        }
    }
}
