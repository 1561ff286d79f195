using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>The origin is checked before every send, even if the settings changed while the call waited.</summary>
public class BearerTokenHandlerChangedOriginTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_ApiMovedWhileWaitingForTheToken_SendsWithoutTheToken(bool isAsync)
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        (ServiceProvider services, IConfigurationRoot configuration) = Create(fake);
        await using ServiceProvider disposed = services;
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fake.TokenResponse = FakeResponse.Default.WaitFor(release.Task);
        Task<HttpResponseMessage> sending = Start(services, isAsync);
        await Soon.UntilAsync(() => fake.TokenRequests.Count == 1);

        Move(configuration);
        release.SetResult();

        using HttpResponseMessage response = await sending.WaitAsync(Soon.HangLimit);
        Assert.False(Assert.Single(fake.ApiRequests).Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_ApiMovedWhileWaitingForTheRenewal_ReturnsThe401(bool isAsync)
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        (ServiceProvider services, IConfigurationRoot configuration) = Create(fake);
        await using ServiceProvider disposed = services;
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fake.EnqueueTokenResponse(FakeResponse.Default);
        fake.TokenResponse = FakeResponse.Default.WaitFor(release.Task);
        fake.ApiResponse = FakeResponse.Unauthorized;
        Task<HttpResponseMessage> sending = Start(services, isAsync);
        await Soon.UntilAsync(() => fake.TokenRequests.Count == 2);

        Move(configuration);
        release.SetResult();

        using HttpResponseMessage response = await sending.WaitAsync(Soon.HangLimit);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(fake.ApiRequests);
    }

    private static (ServiceProvider Services, IConfigurationRoot Configuration) Create(FakeSpotify fake)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ClientId"] = fake.ClientId,
            ["ClientSecret"] = fake.ClientSecret,
            ["TokenEndpoint"] = fake.TokenEndpoint.AbsoluteUri,
            ["ApiBaseAddress"] = fake.ApiBaseAddress.AbsoluteUri,
        }).Build();
        ServiceCollection services = new();
        services.AddSpotifyClientCredentials(configuration);
        services.AddHttpClient(SpotifyApp.ClientName).AddSpotifyBearerToken();
        return (services.BuildStrictly(), configuration);
    }

    private static void Move(IConfigurationRoot configuration)
    {
        configuration["ApiBaseAddress"] = "https://moved.example/v1/";
        configuration.Reload();
    }

    private static Task<HttpResponseMessage> Start(ServiceProvider services, bool isAsync)
    {
        HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient(SpotifyApp.ClientName);
        HttpRequestMessage request = new(HttpMethod.Get, SpotifyApp.Track);
        return isAsync ? client.SendAsync(request) : Task.Run(() => client.Send(request));
    }
}
