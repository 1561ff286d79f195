using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

/// <summary>A first read of the settings that failed is remembered for a short backoff and no longer.</summary>
public sealed class FailedSettingsTests : IAsyncLifetime
{
    private VaultApp _app = null!;

    public Task InitializeAsync()
    {
        _app = VaultApp.Create();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task GetTokenAsync_DuringTheBackoff_FailsWithoutAReadAndSaysWhenTheNextIsDue()
    {
        TimeSpan backoff = (await _app.FailAsync()).RetryAfter!.Value;
        _app.Clock.Advance(TimeSpan.FromSeconds(0.1));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => _app.GetAsync()).Within();

        Assert.Equal(1, _app.Reads);
        Assert.True(failure.IsTransient);
        Assert.Equal(backoff - TimeSpan.FromSeconds(0.1), failure.RetryAfter);
    }

    [Fact]
    public async Task GetTokenAsync_AfterFailuresInARow_BacksOffForHalfASecondDoublingToFive()
    {
        foreach (double longest in (double[])[0.5, 1, 2, 4, 5, 5])
        {
            TimeSpan backoff = (await _app.FailAsync()).RetryAfter!.Value;
            Assert.InRange(backoff, TimeSpan.FromSeconds(longest * 0.8), TimeSpan.FromSeconds(longest));

            int reads = _app.Reads;
            _app.Clock.Advance(backoff - TimeSpan.FromTicks(1));
            await Assert.ThrowsAsync<TokenRequestException>(() => _app.GetAsync()).Within();
            Assert.Equal(reads, _app.Reads);
            _app.Clock.Advance(TimeSpan.FromTicks(1));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetTokenAsync_WhenEitherClockSaysThatTheBackoffIsOver_ReadsAgain(bool isWallClock)
    {
        await _app.FailAsync();

        if (isWallClock)
        {
            _app.Clock.AdvanceWall(TimeSpan.FromSeconds(0.5));
        }
        else
        {
            _app.Clock.AdvanceMonotonic(TimeSpan.FromSeconds(0.5));
        }

        Task<AccessToken> getting = _app.GetAsync();
        (await _app.ReadAsync(2)).Succeed();
        Assert.Equal("BQ", (await getting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_AfterTheBackoff_LetsAllWaitForOneRead()
    {
        await _app.FailAsync();
        _app.Clock.Advance(TimeSpan.FromSeconds(0.5));

        Task<AccessToken>[] getting = [.. Enumerable.Range(0, 5).Select(_ => _app.GetAsync())];
        (await _app.ReadAsync(2)).Succeed();

        await Task.WhenAll(getting).Within();
        Assert.Equal(2, _app.Reads);
    }

    [Fact]
    public async Task GetTokenAsync_WithInvalidSettings_RemembersThemForTheSameBackoff()
    {
        _app.Configuration["Spotify:ClientId"] = "";
        Task<AccessToken> getting = _app.GetAsync();
        (await _app.ReadAsync(1)).Succeed();
        await Assert.ThrowsAsync<OptionsValidationException>(() => getting).Within();

        await Assert.ThrowsAsync<OptionsValidationException>(() => _app.GetAsync()).Within();
        Assert.Equal(1, _app.Reads);

        // Without a notification, as a vault that was corrected.
        _app.Configuration["Spotify:ClientId"] = TestOptions.ClientId;
        _app.Clock.Advance(TimeSpan.FromSeconds(0.5));
        getting = _app.GetAsync();
        (await _app.ReadAsync(2)).Succeed();
        Assert.NotNull(await getting.Within());
    }

    [Fact]
    public async Task Reload_DuringTheBackoff_EndsIt()
    {
        await _app.FailAsync();

        _app.Configuration.Reload();

        Assert.Equal(1, _app.Reads);
        Assert.InRange((await _app.FailAsync()).RetryAfter!.Value, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.5));
        Assert.Equal(2, _app.Reads);
    }

    [Fact]
    public async Task Reload_DuringAReadThatFails_LeavesNoBackoff()
    {
        Task<AccessToken> getting = _app.GetAsync();
        VaultRead read = await _app.ReadAsync(1);

        Task reloading = Task.Run(_app.Configuration.Reload);
        read.Fail();

        await Assert.ThrowsAsync<TokenRequestException>(() => getting).Within();
        await reloading.Within();
        getting = _app.GetAsync();
        (await _app.ReadAsync(2)).Succeed();
        Assert.NotNull(await getting.Within());
    }

    [Fact]
    public async Task Reload_DuringAReadThatSucceeds_IsReadToo()
    {
        Task<AccessToken> getting = _app.GetAsync();
        VaultRead read = await _app.ReadAsync(1);

        _app.Configuration["Spotify:ApiBaseAddress"] = "https://changed.example/";
        Task reloading = Task.Run(_app.Configuration.Reload);
        read.Succeed();
        (await _app.ReadAsync(2)).Succeed();
        await reloading.Within();

        Assert.NotNull(await getting.Within());
        (await _app.SendAsync("https://changed.example/tracks/1").Within()).EnsureSuccessStatusCode();
        Assert.Equal(["Bearer BQ"], _app.Authorizations);
    }

    [Fact]
    public async Task Reload_ToInvalidSettingsDuringAReadThatSucceeds_KeepsWhatWasReadAndIsLogged()
    {
        Task<AccessToken> getting = _app.GetAsync();
        VaultRead read = await _app.ReadAsync(1);

        _app.Configuration["Spotify:ClientId"] = "";
        Task reloading = Task.Run(_app.Configuration.Reload);
        read.Succeed();
        (await _app.ReadAsync(2)).Succeed();
        await reloading.Within();

        Assert.NotNull(await getting.Within());
        Assert.Single(_app.Logs.Events(8));
        Assert.Empty(_app.Logs.Events(9));
    }
}
