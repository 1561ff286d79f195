using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace ReadmeSnippets;

public sealed class WarmUpSnippetTests
{
    [Fact]
    public async Task WarmUp_BeforeTheHostRuns_HasTheTokenWhenItsServicesStart()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSpotifyClientCredentials();
        int tokenRequestsAtStart = 0;
        builder.Services.AddHostedService(services => new Worker(() =>
        {
            tokenRequestsAtStart = fake.TokenRequests.Count;
            services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }));

        // Recipe: warm-up
        using var host = builder.Build();
        await host.Services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
        await host.RunAsync();
        // end

        Assert.Equal(1, tokenRequestsAtStart);
    }

    private sealed class Worker(Action start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
