using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

public sealed class HealthCheckSnippetTests
{
    [Fact]
    public async Task HealthCheck_WithAToken_IsHealthyAndSaysWhenItExpires()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        using IHost host = BuildHost(fake, isLimited: false);

        HealthReportEntry first = await CheckAsync(host);
        fake.TokenResponse = FakeResponse.ServiceUnavailableHtml;
        HealthReportEntry second = await CheckAsync(host);

        AccessToken token = await host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
        Assert.Equal((HealthStatus.Healthy, $"The token expires on {token.ExpiresOn:u}."), (first.Status, first.Description));
        Assert.Equal(HealthStatus.Healthy, second.Status);
        Assert.Single(fake.TokenRequests);
    }

    [Fact]
    public async Task HealthCheck_WithAWrongSecret_IsUnhealthyAndSaysWhy()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenResponse = FakeResponse.InvalidClientSecret;
        using IHost host = BuildHost(fake, isLimited: false);

        HealthReportEntry entry = await CheckAsync(host);

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains("Check Spotify:ClientId and Spotify:ClientSecret", entry.Description, StringComparison.Ordinal);
        Assert.DoesNotContain(fake.ClientSecret, entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthCheck_WhenTheTokenEndpointAsksForAPause_IsDegraded()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenResponse = FakeResponse.RateLimited(TimeSpan.FromMinutes(1));
        using IHost host = BuildHost(fake, isLimited: false);

        HealthReportEntry entry = await CheckAsync(host);

        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("429", entry.Description, StringComparison.Ordinal);
    }

    /// <summary>The library's own limit doesn't end the call: its clock stands still.</summary>
    [Fact]
    public async Task HealthCheck_WhenNoTokenComesWithinASecond_IsDegraded()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenResponse = FakeResponse.NoResponse;
        using IHost host = BuildHost(fake, isLimited: true);

        HealthReportEntry entry = await CheckAsync(host).Within();

        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal(TimeSpan.FromSeconds(1), host.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single().Timeout);
    }

    /// <param name="fake">The server.</param>
    /// <param name="isLimited">Whether the limit of a second is in force, which a test on a slow machine could exceed.</param>
    private static IHost BuildHost(FakeSpotify fake, bool isLimited)
    {
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSingleton<TimeProvider>(new TestClock());
        builder.Services.AddSpotifyClientCredentials();
        // Recipe: health check registration
        builder.Services.AddHealthChecks().AddCheck<SpotifyTokenHealthCheck>(
            "spotify-token", failureStatus: HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(1));
        // end
        if (!isLimited)
        {
            builder.Services.Configure<HealthCheckServiceOptions>(options => options.Registrations.Single().Timeout = Timeout.InfiniteTimeSpan);
        }

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
            return new HealthCheckResult(e.IsTransient ? context.Registration.FailureStatus : HealthStatus.Unhealthy, e.Message);
        }
    }
}
// end
