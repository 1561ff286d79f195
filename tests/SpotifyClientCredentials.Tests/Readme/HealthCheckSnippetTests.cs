using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class HealthCheckSnippetTests
{
    [Fact]
    public async Task HealthCheck_WithAToken_IsHealthyAndSaysWhenItExpires()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        using IHost host = BuildHost(fake);

        HealthReportEntry first = await CheckAsync(host);
        fake.TokenResponse = FakeResponse.ServiceUnavailableHtml;
        HealthReportEntry second = await CheckAsync(host);

        AccessToken token = await host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
        Assert.Equal((HealthStatus.Healthy, $"The token expires on {token.ExpiresOn:u}."), (first.Status, first.Description));
        Assert.Equal(HealthStatus.Healthy, second.Status);
        Assert.Single(fake.TokenRequests);
    }

    [Fact]
    public async Task HealthCheck_WithoutAToken_IsUnhealthyAndSaysWhy()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenResponse = FakeResponse.InvalidClientSecret;
        using IHost host = BuildHost(fake);

        HealthReportEntry entry = await CheckAsync(host);

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains("Check Spotify:ClientId and Spotify:ClientSecret", entry.Description, StringComparison.Ordinal);
        Assert.DoesNotContain(fake.ClientSecret, entry.Description, StringComparison.Ordinal);
    }

    private static IHost BuildHost(FakeSpotify fake)
    {
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSpotifyClientCredentials();
        // Recipe: health check registration
        builder.Services.AddHealthChecks().AddCheck<SpotifyTokenHealthCheck>("spotify-token");
        // end
        return builder.Build();
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["spotify-token"];
}

// Recipe: health check
public sealed class SpotifyTokenHealthCheck(ClientCredentialsTokenProvider tokens) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var token = await tokens.GetTokenAsync(cancellationToken);
            return HealthCheckResult.Healthy($"The token expires on {token.ExpiresOn:u}.");
        }
        catch (TokenRequestException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
    }
}
// end
