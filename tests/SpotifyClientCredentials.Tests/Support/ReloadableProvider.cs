using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>A provider with options from a configuration that the test edits, and with a scripted token source.</summary>
internal sealed class ReloadableProvider : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly OptionsSource _settings;

    public ReloadableProvider(Action<IConfiguration>? configure = null, Action<IServiceCollection>? register = null)
    {
        Configuration = (IConfigurationRoot)new ConfigurationBuilder().AddInMemoryCollection().Build();
        Configuration["Spotify:ClientId"] = TestOptions.ClientId;
        Configuration["Spotify:ClientSecret"] = "first secret";
        Configuration["Spotify:TokenRequestTimeout"] = "00:00:10";
        configure?.Invoke(Configuration);

        ServiceCollection collection = new();
        collection.AddSingleton<IConfiguration>(Configuration);
        collection.AddSpotifyClientCredentials();
        register?.Invoke(collection);
        _services = collection.BuildStrictly();

        Source = new ScriptedTokenSource(Clock);
        _settings = new OptionsSource(
            _services.GetRequiredService<IOptionsFactory<SpotifyClientCredentialsOptions>>,
            _services.GetServices<IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>>(),
            _services.GetRequiredService<ConfigurationKeys>(),
            Clock,
            Logs.ForProvider());
        Provider = new ClientCredentialsTokenProvider(_settings, Source, Clock, Logs.ForProvider(), Telemetry.From(Meters));
    }

    public IConfigurationRoot Configuration { get; }

    public TestClock Clock { get; } = new();

    public RecordingLoggerProvider Logs { get; } = new();

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public ScriptedTokenSource Source { get; }

    public ClientCredentialsTokenProvider Provider { get; }

    /// <summary>The settings that the provider uses now.</summary>
    public OptionsSnapshot Current => _settings.Current;

    public void Dispose()
    {
        Provider.Dispose();
        _services.Dispose();
    }

    public void Edit(string setting, string? value)
    {
        Configuration[$"Spotify:{setting}"] = value;
        Configuration.Reload();
    }

    public Task<AccessToken> GetAsync() => Provider.GetTokenAsync().AsTask();

    public async Task<ScriptedAcquisition> AcquisitionAsync(int number)
    {
        await Soon.UntilAsync(() => Source.Acquisitions.Count >= number);
        return Source.Acquisitions[number - 1];
    }

    public async Task<AccessToken> CacheTokenAsync()
    {
        int next = Source.Acquisitions.Count + 1;
        Task<AccessToken> getting = GetAsync();
        (await AcquisitionAsync(next)).Grant();
        return await getting.Within();
    }
}
