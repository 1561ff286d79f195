using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

public sealed class BodyLoggerSnippetTests
{
    [Fact]
    public async Task BodyLogger_OnEveryClient_ShowsTheWebApisBodiesAndNoSecret()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        using RecordingLoggerProvider logs = new();
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs);
        builder.Services.AddSpotifyClientCredentials();
        builder.Services.AddHttpClient("spotify").AddSpotifyBearerToken();

        // Recipe: body logger registration
        builder.Services.AddTransient<BodyLogger>();
        builder.Services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler<BodyLogger>());
        // end

        using IHost host = builder.Build();
        using HttpClient spotify = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
        string track = await spotify.GetStringAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative));

        AccessToken token = await host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
        LogEntry entry = Assert.Single(logs.Entries, entry => entry.Category == typeof(BodyLogger).FullName);
        Assert.Contains(ReadmeApp.TrackName, entry.Message, StringComparison.Ordinal);
        Assert.Contains(ReadmeApp.TrackName, track, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Value, logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(fake.ClientSecret, logs.Text, StringComparison.Ordinal);
    }
}

#pragma warning disable CA1848, CA1873 // the recipe shows the common call
// Recipe: body logger
public sealed class BodyLogger(ILogger<BodyLogger> logger) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            string body = await response.Content.ReadAsStringAsync(cancellationToken);
            logger.LogDebug("{Method} {Address}: {Status} {Body}", request.Method, request.RequestUri, (int)response.StatusCode, body);
        }

        return response;
    }
}
// end
