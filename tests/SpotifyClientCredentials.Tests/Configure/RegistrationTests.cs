using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class RegistrationTests : IAsyncLifetime
{
    private FakeSpotify _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeSpotify.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public async Task AddSpotifyClientCredentials_TwiceForOneApp_KeepsOneProviderAndTheSettingsOfBoth()
    {
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_fake.Configure);
            services.AddSpotifyClientCredentials();
        });
        _fake.TokenResponse = FakeResponse.InvalidClient;

        ClientCredentialsTokenProvider provider = Assert.Single(services.GetServices<ClientCredentialsTokenProvider>());
        await Assert.ThrowsAsync<TokenRequestException>(async () => await provider.GetTokenAsync());

        Assert.Single(_fake.TokenRequests);
    }

    [Fact]
    public void AddSpotifyClientCredentials_WithASecondSection_NamesThatSectionInErrors()
    {
        IConfiguration configuration = new ConfigurationBuilder().Build();
        using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(configuration.GetSection("First"));
            services.AddSpotifyClientCredentials(configuration.GetSection("Second"));
        });

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IOptions<SpotifyClientCredentialsOptions>>().Value);

        Assert.All(failure.Failures, message => Assert.StartsWith("Second:", message, StringComparison.Ordinal));
    }

    [Fact]
    public void TokenClient_OfEachApp_HasItsOwnName()
    {
        ServiceCollection services = new();
        string[] names = [.. new[]
        {
            services.AddSpotifyClientCredentials(_fake.Configure),
            services.AddSpotifyClientCredentials("second", _fake.Configure),
            services.AddSpotifyClientCredentials("third", _fake.Configure),
        }.Select(app => app.TokenClient.Name)];

        Assert.Equal(3, names.Distinct().Count());
        Assert.DoesNotContain(Options.DefaultName, names);
    }

    [Fact]
    public async Task TokenClient_CreatedByTheFactory_HasNoTimeout()
    {
        string name = "";
        await using ServiceProvider services = TestContainer.Build(services => name = services.AddSpotifyClientCredentials(_fake.Configure).TokenClient.Name);

        Assert.Equal(Timeout.InfiniteTimeSpan, services.CreateClient(name).Timeout);
    }

    [Fact]
    public void AddSpotifyClientCredentials_TwiceForOneApp_ReportsEachFailureOnce()
    {
        using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_ => { });
            services.AddSpotifyClientCredentials("second", _ => { });
            services.AddSpotifyClientCredentials(_ => { });
            services.AddSpotifyClientCredentials("second", _ => { });
        });
        IOptionsMonitor<SpotifyClientCredentialsOptions> options = services.GetRequiredService<IOptionsMonitor<SpotifyClientCredentialsOptions>>();

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => options.CurrentValue);
        OptionsValidationException second = Assert.Throws<OptionsValidationException>(() => options.Get("second"));

        Assert.Equal(2, failure.Failures.Count());
        Assert.Equal(2, second.Failures.Count());
    }

    [Fact]
    public async Task AddSpotifyClientCredentials_Again_KeepsTheHandlersOfTokenClient()
    {
        CountingHandler counting = new();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_fake.Configure).TokenClient.AddHttpMessageHandler(() => counting);
            services.AddSpotifyClientCredentials(_ => { });
        });

        await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        Assert.Equal(1, counting.Count);
    }

    [Fact]
    public async Task Provider_WithATimeProviderInTheContainer_UsesIt()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton<TimeProvider>(time);
            services.AddSpotifyClientCredentials(_fake.Configure);
        });
        ClientCredentialsTokenProvider provider = services.GetRequiredService<ClientCredentialsTokenProvider>();

        AccessToken first = await provider.GetTokenAsync();
        time.Advance(TimeSpan.FromHours(1));
        AccessToken second = await provider.GetTokenAsync();

        Assert.Equal(new DateTimeOffset(2031, 1, 1, 1, 0, 0, TimeSpan.Zero), first.ExpiresOn);
        Assert.Equal(new DateTimeOffset(2031, 1, 1, 2, 0, 0, TimeSpan.Zero), second.ExpiresOn);
    }

    [Fact]
    public void Builder_OfEachApp_HasItsNameServicesAndTokenClient()
    {
        ServiceCollection services = new();

        SpotifyClientCredentialsBuilder first = services.AddSpotifyClientCredentials();
        SpotifyClientCredentialsBuilder second = services.AddSpotifyClientCredentials("second", _ => { });

        Assert.Equal("", first.Name);
        Assert.Equal("second", second.Name);
        Assert.Same(services, first.Services);
        Assert.Equal(nameof(SpotifyClientCredentials), first.TokenClient.Name);
        Assert.NotEqual(first.TokenClient.Name, second.TokenClient.Name);
    }
}
