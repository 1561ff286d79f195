using SpotifyClientCredentials.Testing;

namespace CatalogWeb.Demo;

/// <summary>The page with its panel, and what both need.</summary>
internal sealed class DemoPage : IAsyncDisposable
{
    private readonly FakeSpotify? _fake;

    private DemoPage(FakeSpotify? fake) => _fake = fake;

    public static async Task<DemoPage> AddAsync(WebApplicationBuilder builder, IHttpClientBuilder tokenClient, IHttpClientBuilder apiClient)
    {
        builder.Services.AddTelemetry(builder.Environment.ApplicationName);
        builder.Services.AddPanel(tokenClient, apiClient);
        FakeSpotify? fake = await FakeMode.StartAsync(builder.Configuration);
        if (fake is not null)
        {
            builder.Services.AddFakeSpotify(fake);
        }

        return new DemoPage(fake);
    }

    public void Use(WebApplication app)
    {
        app.UseSecurityHeaders(_fake?.ApiBaseAddress);
        app.UseFileServer();
        app.MapGet("/api/panel", (Panel panel, HttpContext context) => TypedResults.ServerSentEvents(panel.WatchAsync(context.RequestAborted)));
        if (_fake is not null)
        {
            app.MapFakeControls(_fake);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_fake is not null)
        {
            await _fake.DisposeAsync();
        }
    }
}
