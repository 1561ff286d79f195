using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Observe;

[Collection(NonParallel.Name)]
public sealed class ThrowingLoggerTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private readonly ThrowingLogger _logger = new();
    private FakeSpotify _fake = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync(_clock);
        _client = _fake.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _fake.DisposeAsync();
    }

    [Fact]
    public void IsEnabled_OfALoggerThatCannotTell_IsFalse() => Assert.False(new HarmlessLogger(new LoggerThatCannotTell()).IsEnabled(LogLevel.Critical));

    [Fact]
    public async Task GetTokenAsync_WithALoggerThatThrows_GetsItsTokenAndLeavesNothingUnobserved()
    {
        using Unobserved unobserved = new();
        await GetAndRenewAsync();

        await unobserved.CollectAsync();

        Assert.DoesNotContain(unobserved.Exceptions, exception => exception.Message == ThrowingLogger.Message);
        Assert.Equal(2, _logger.Calls);
    }

    [Fact]
    public async Task GetTokenAsync_WithALoggerThatThrows_StillRetries()
    {
        using ClientCredentialsTokenProvider provider = Create();
        _fake.EnqueueTokenResponse(FakeResponse.ServiceUnavailableHtml);
        Task<AccessToken> getting = provider.GetTokenAsync().AsTask();
        // The limits of acquisition and attempt, and the pause before the retry.
        await Soon.UntilAsync(() => _clock.TimersSet == 3 || getting.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(500));

        Assert.NotNull(await getting.Within());
        Assert.Equal(2, _fake.TokenRequests.Count);
    }

    [Fact]
    public async Task SendAsync_WithALoggerThatThrows_StillRetriesA401A401()
    {
        using ClientCredentialsTokenProvider provider = Create();
        using HttpClient api = new(new BearerTokenHandler(provider) { InnerHandler = new SocketsHttpHandler { UseProxy = false } });
        await provider.GetTokenAsync().AsTask().Within();
        _fake.RevokeTokens();

        using HttpResponseMessage response = await api.GetAsync(new Uri(_fake.ApiBaseAddress, "tracks/4cOdK2wGLETKBW3PvgPWqT")).Within();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Reload_WithALoggerThatThrows_DoesNotThrowToItsCaller()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        SpotifyClientCredentialsOptions options = new();
        _fake.Configure(options);
        configuration["Spotify:ClientId"] = options.ClientId;
        configuration["Spotify:ClientSecret"] = options.ClientSecret;
        configuration["Spotify:TokenEndpoint"] = options.TokenEndpoint.AbsoluteUri;
        ServiceCollection services = new();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<ILogger<ClientCredentialsTokenProvider>>(_logger);
        services.AddSpotifyClientCredentials();
        await using ServiceProvider container = services.BuildServiceProvider();
        ClientCredentialsTokenProvider provider = container.GetRequiredService<ClientCredentialsTokenProvider>();
        AccessToken token = await provider.GetTokenAsync().AsTask().Within();

        configuration["Spotify:ClientSecret"] = "";
        configuration.Reload();

        Assert.Same(token, await provider.GetTokenAsync());
        Assert.Equal(2, _logger.Calls);
    }

    private async Task GetAndRenewAsync()
    {
        using ClientCredentialsTokenProvider provider = Create();
        AccessToken first = await provider.GetTokenAsync().AsTask().Within();
        _clock.Advance(TimeSpan.FromMinutes(56));
        Assert.Same(first, await provider.GetTokenAsync());
        await Soon.UntilAsync(() => _logger.Calls == 2 && _clock.TimersPending == 0);
        Assert.NotSame(first, await provider.GetTokenAsync());
    }

    private ClientCredentialsTokenProvider Create() => new(_client, TestOptions.Create(_fake.Configure), _clock, _logger);

    private sealed class LoggerThatCannotTell : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => throw new InvalidOperationException(ThrowingLogger.Message);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}
