// README: worker service
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials;
// end
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

public sealed class WorkerSnippetTests
{
    [Fact]
    public async Task Worker_WhenSpotifyResponds_LogsTheTrack()
    {
        LogEntry entry = await RunToFirstEntryAsync();

        Assert.Equal((LogLevel.Information, $"Still there: {ReadmeApp.TrackName}"), (entry.Level, entry.Message));
    }

    [Fact]
    public async Task Worker_WhenSpotifyFails_LogsItAndContinues()
    {
        LogEntry entry = await RunToFirstEntryAsync(fake => fake.ApiResponse = FakeResponse.ServiceUnavailableHtml);

        Assert.Equal((LogLevel.Warning, "The next try is in ten minutes"), (entry.Level, entry.Message));
        Assert.IsType<HttpRequestException>(entry.Exception);
    }

    private static async Task<LogEntry> RunToFirstEntryAsync(Action<FakeSpotify>? script = null)
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        script?.Invoke(fake);
        string[] args = fake.ToArguments();
        using RecordingLoggerProvider logs = new();

        // README: worker service
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient("spotify").AddSpotifyBearerToken();
        builder.Services.AddHostedService<TrackWatch>();
        // end
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Services.AddHostedService(services => new Stop(() => FirstEntry(logs) is not null, services.GetRequiredService<IHostApplicationLifetime>()));
        // README: worker service
        await builder.Build().RunAsync();
        // end

        return FirstEntry(logs)!;
    }

    private static LogEntry? FirstEntry(RecordingLoggerProvider logs) => logs.Entries.FirstOrDefault(entry => entry.Category == typeof(TrackWatch).FullName);

    private sealed class Stop(Func<bool> condition, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Soon.UntilAsync(condition);
            lifetime.StopApplication();
        }
    }
}

#pragma warning disable CA1848, CA1873 // a worker logs a line every ten minutes, so README shows the common call
// README: worker service
public sealed class TrackWatch(IHttpClientFactory clients, ILogger<TrackWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(10));
        do
        {
            try
            {
                using var spotify = clients.CreateClient("spotify");
                var track = await spotify.GetFromJsonAsync<JsonElement>("tracks/4cOdK2wGLETKBW3PvgPWqT", stoppingToken);
                logger.LogInformation("Still there: {Track}", track.GetProperty("name"));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "The next try is in ten minutes");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
// end
