namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>What OpenTelemetry writes to the sample's console.</summary>
public sealed class WebTelemetryTests
{
    [Fact]
    public async Task Console_OnceATokenIsRenewed_HasItsSpan()
    {
        await using WebProcess web = await WebProcess.StartAsync(tokenLifetime: "00:00:01");

        using CancellationTokenSource limit = new(SampleStart.HangLimit);
        // The last line of what is written of a span.
        while (!web.Output.Contains("service.name: CatalogWeb", StringComparison.Ordinal))
        {
            await web.Client.GetStringAsync("api/search?q=tide", limit.Token);
        }

        Assert.Contains("spotify_client_credentials.token_request", web.Output, StringComparison.Ordinal);
        Assert.Contains("http.response.status_code: 200", web.Output, StringComparison.Ordinal);
    }
}
