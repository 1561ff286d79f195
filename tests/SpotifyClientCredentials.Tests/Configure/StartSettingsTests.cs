using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

/// <summary>The settings that a host validates when it starts are those that the provider uses.</summary>
public sealed class StartSettingsTests : IAsyncLifetime
{
    private VaultApp _app = null!;

    public Task InitializeAsync()
    {
        _app = VaultApp.Create();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Start_BeforeTheFirstCall_IsTheOnlyRead()
    {
        Task starting = _app.StartAsync();
        (await _app.ReadAsync(1)).Succeed();
        await starting.Within();

        Assert.NotNull(await _app.GetAsync().Within());
        (await _app.SendAsync(VaultApp.Track).Within()).EnsureSuccessStatusCode();
        Assert.Equal(1, _app.Reads);
    }

    [Fact]
    public async Task Start_WhileACallReadsTheSettings_WaitsForTheSameRead()
    {
        Task<AccessToken> getting = _app.GetAsync();
        VaultRead read = await _app.ReadAsync(1);
        Task starting = _app.StartAsync();

        read.Succeed();

        await starting.Within();
        Assert.NotNull(await getting.Within());
        Assert.Equal(1, _app.Reads);
    }

    [Fact]
    public async Task Start_ThatTakesLongerThanACallMayWait_Succeeds()
    {
        Task starting = _app.StartAsync();
        VaultRead read = await _app.ReadAsync(1);

        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        read.Succeed();

        await starting.Within();
        Assert.Equal(0, _app.Clock.TimersSet);
    }

    [Fact]
    public async Task Start_WithAVaultThatFails_ThrowsItsException()
    {
        VaultException failure = new("denied");
        Task starting = _app.StartAsync();

        (await _app.ReadAsync(1)).Fail(failure);

        Assert.Same(failure, await Assert.ThrowsAsync<VaultException>(() => starting).Within());
    }

    [Fact]
    public async Task Start_WithSeveralInvalidSettings_ReportsAllOfThem()
    {
        _app.Configuration["Spotify:ClientId"] = null;
        _app.Configuration["Spotify:TokenRequestTimeout"] = "never";
        Task starting = _app.StartAsync();

        (await _app.ReadAsync(1)).Succeed();

        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => starting).Within();
        Assert.Equal(2, failure.Failures.Count());
        Assert.Equal(typeof(SpotifyClientCredentialsOptions), failure.OptionsType);
    }

    [Fact]
    public void Start_WithTwoInvalidApps_ReportsBoth()
    {
        using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(_ => { });
            services.AddSpotifyClientCredentials("second", _ => { });
        });

        AggregateException failure = Assert.Throws<AggregateException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(["", "second"], failure.InnerExceptions.Cast<OptionsValidationException>().Select(app => app.OptionsName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reload_ToInvalidSettingsBetweenStartAndFirstCall_ChangesNothingAndIsLogged()
    {
        Task starting = _app.StartAsync();
        (await _app.ReadAsync(1)).Succeed();
        await starting.Within();

        _app.Configuration["Spotify:ClientSecret"] = "";
        Task reloading = Task.Run(_app.Configuration.Reload);
        (await _app.ReadAsync(2)).Succeed();
        await reloading.Within();

        Assert.Equal("BQ", (await _app.GetAsync().Within()).Value);
        Assert.StartsWith(
            "The changed settings of app '(unnamed)' are invalid; the last valid ones stay in use: Spotify:ClientSecret is missing",
            Assert.Single(_app.Logs.Events(8)).Message,
            StringComparison.Ordinal);
        Assert.Empty(_app.Logs.Events(9));
    }

    [Fact]
    public async Task Reload_ToValidSettingsBetweenStartAndFirstCall_IsUsed()
    {
        Task starting = _app.StartAsync();
        (await _app.ReadAsync(1)).Succeed();
        await starting.Within();

        _app.Configuration["Spotify:ApiBaseAddress"] = "https://changed.example/";
        Task reloading = Task.Run(_app.Configuration.Reload);
        (await _app.ReadAsync(2)).Succeed();
        await reloading.Within();

        (await _app.SendAsync("https://changed.example/").Within()).EnsureSuccessStatusCode();
        Assert.Equal(["Bearer BQ"], _app.Authorizations);
    }
}
