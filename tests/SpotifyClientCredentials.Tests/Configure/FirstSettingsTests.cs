using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

/// <summary>The first settings: read once for all who wait, each with its own limit and cancellation; a failure is everybody's at once.</summary>
public sealed class FirstSettingsTests : IAsyncLifetime
{
    private VaultApp _app = null!;

    public Task InitializeAsync()
    {
        _app = VaultApp.Create();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task GetTokenAsync_ByFifteenCallersOfAVaultThatFails_ReadsItOnceAndFailsAllOfThemAtOnce()
    {
        Task<AccessToken>[] getting = [.. Enumerable.Range(0, 15).Select(_ => _app.GetAsync())];
        VaultRead read = await _app.ReadAsync(1);
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.All(getting, call => Assert.False(call.IsCompleted));

        read.Fail();

        TokenRequestException[] failures = await Task.WhenAll(getting.Select(call => Assert.ThrowsAsync<TokenRequestException>(() => call))).Within();
        Assert.Equal(1, _app.Reads);
        Assert.Equal(15, failures.Distinct().Count());
        Assert.All(failures, failure =>
        {
            Assert.True(failure.IsTransient);
            Assert.Equal("The settings of app '(unnamed)' couldn't be read: VaultException", failure.Message);
            Assert.Null(failure.InnerException);
            Assert.InRange(failure.RetryAfter!.Value, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.5));
        });
    }

    [Fact]
    public async Task GetTokenAsync_ByManyCallersOfInvalidSettings_FailsEachWithAllFailuresInAnExceptionOfItsOwn()
    {
        _app.Configuration["Spotify:ClientId"] = "";
        _app.Configuration["Spotify:RenewalWindow"] = "300";
        Task<AccessToken>[] getting = [.. Enumerable.Range(0, 3).Select(_ => _app.GetAsync())];

        (await _app.ReadAsync(1)).Succeed();

        OptionsValidationException[] failures = await Task.WhenAll(getting.Select(call => Assert.ThrowsAsync<OptionsValidationException>(() => call))).Within();
        Assert.Equal(3, failures.Distinct().Count());
        Assert.All(failures, failure =>
        {
            Assert.Equal(2, failure.Failures.Count());
            Assert.Equal((Options.DefaultName, typeof(SpotifyClientCredentialsOptions)), (failure.OptionsName, failure.OptionsType));
        });
        LogEntry entry = Assert.Single(_app.Logs.Events(9));
        Assert.Equal((LogLevel.Error, $"No access token is available for app '(unnamed)': {failures[0].Message}"), (entry.Level, entry.Message));
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheVaultFails_IsLoggedOnceAndWithoutItsMessage()
    {
        await _app.FailAsync();
        await Assert.ThrowsAsync<TokenRequestException>(() => _app.GetAsync());
        _app.Clock.Advance(TimeSpan.FromSeconds(0.5));
        await _app.FailAsync();

        LogEntry entry = Assert.Single(_app.Logs.Events(9));
        Assert.Equal(LogLevel.Warning, entry.Level);
        Assert.Equal("No access token is available for app '(unnamed)': The settings of app '(unnamed)' couldn't be read: VaultException", entry.Message);
        Assert.DoesNotContain("hunter2", _app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheVaultFailsAndThenReturnsInvalidSettings_LogsTheErrorToo()
    {
        _app.Configuration["Spotify:ClientId"] = "";
        await _app.FailAsync();
        _app.Clock.Advance(TimeSpan.FromSeconds(0.5));

        await FailValidationAsync();

        Assert.Equal([LogLevel.Warning, LogLevel.Error], _app.Logs.Events(9).Select(entry => entry.Level));
    }

    [Fact]
    public async Task GetTokenAsync_WhenInvalidSettingsAreChangedToOthers_LogsTheErrorAgain()
    {
        _app.Configuration["Spotify:ClientId"] = "";
        await FailValidationAsync();
        _app.Configuration["Spotify:ClientId"] = TestOptions.ClientId;
        _app.Configuration["Spotify:RenewalWindow"] = "300";
        _app.Configuration.Reload();

        await FailValidationAsync();

        Assert.Collection(
            _app.Logs.Events(9),
            entry => Assert.Contains("Spotify:ClientId is missing", entry.Message, StringComparison.Ordinal),
            entry => Assert.Contains("Spotify:RenewalWindow is", entry.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheVaultWrapsItsFailure_NamesAllTypes()
    {
        Task<AccessToken> getting = _app.GetAsync();

        (await _app.ReadAsync(1)).Fail(new AggregateException(new VaultException("hunter2")));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => getting).Within();
        Assert.EndsWith(": AggregateException: VaultException", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_StartedByACaller_HasNothingOfTheCallersFlow()
    {
        VaultRead.VaultFlow.Value = "of the caller";
        using Activity activity = new Activity("caller").Start();

        Task<AccessToken> getting = _app.GetAsync();
        VaultRead read = await _app.ReadAsync(1);
        read.Succeed();

        Assert.Equal("BQ", (await getting.Within()).Value);
        Assert.Null(read.Flow);
    }

    [Fact]
    public async Task GetTokenAsync_CancelledDuringTheRead_EndsThatCallerAlone()
    {
        using CancellationTokenSource cancellation = new();
        Task<AccessToken> cancelled = _app.GetAsync(cancellation.Token);
        Task<AccessToken> other = _app.GetAsync();
        VaultRead read = await _app.ReadAsync(1);

        cancellation.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled).Within();
        Assert.False(other.IsCompleted);
        read.Succeed();
        Assert.NotNull(await other.Within());
        Assert.Equal(1, _app.Reads);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheReadTakesLongerThanTheDefaultLimit_FailsAndTheReadGoesOn()
    {
        Task<AccessToken> early = _app.GetAsync();
        VaultRead read = await _app.ReadAsync(1);
        _app.Clock.Advance(TimeSpan.FromSeconds(4));
        Task<AccessToken> late = _app.GetAsync();
        _app.Clock.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(early.IsCompleted);

        _app.Clock.Advance(TimeSpan.FromSeconds(0.1));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => early).Within();
        Assert.True(failure.IsTransient);
        Assert.Equal("The settings of app '(unnamed)' weren't read within 8 s.", failure.Message);
        Assert.False(late.IsCompleted);
        read.Succeed();
        Assert.NotNull(await late.Within());
        Assert.NotNull(await _app.GetAsync().Within());
        Assert.Equal(1, _app.Reads);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheReadTakesTooLongForSeveral_IsLoggedOnce()
    {
        Task<AccessToken>[] getting = [_app.GetAsync(), _app.GetAsync()];
        await _app.ReadAsync(1);

        _app.Clock.Advance(TimeSpan.FromSeconds(8));

        await Task.WhenAll(getting.Select(call => Assert.ThrowsAsync<TokenRequestException>(() => call))).Within();
        LogEntry entry = Assert.Single(_app.Logs.Events(9));
        Assert.Equal(
            (LogLevel.Warning, "No access token is available for app '(unnamed)': The settings of app '(unnamed)' weren't read within 8 s."),
            (entry.Level, entry.Message));
    }

    [Fact]
    public async Task Send_WhileTheVaultIsRead_WaitsByTheMachinesClock()
    {
        Task<HttpResponseMessage> sending = Task.Run(() =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, VaultApp.Track);
            return _app.Services.CreateClient(VaultApp.ApiClient).Send(request);
        });
        VaultRead read = await _app.ReadAsync(1);

        Assert.Equal(0, _app.Clock.TimersSet);
        _app.Clock.Advance(TimeSpan.FromSeconds(7.9));
        read.Succeed();

        (await sending.Within()).EnsureSuccessStatusCode();
        Assert.Equal(["Bearer BQ"], _app.Authorizations);
    }

    [Fact]
    public async Task CreateClient_WhenTheVaultFails_ThrowsLikeACall()
    {
        Task<Exception> creating = Task.Run(() => Record.Exception(() => CreateClientWithoutAddress()));
        (await _app.ReadAsync(1)).Fail();

        Assert.True(Assert.IsType<TokenRequestException>(await creating.Within()).IsTransient);
        Assert.IsType<TokenRequestException>(Record.Exception(() => CreateClientWithoutAddress()));
        Assert.Equal(1, _app.Reads);
    }

    [Fact]
    public async Task Dispose_DuringTheRead_EndsTheWaits()
    {
        Task<AccessToken> getting = _app.GetAsync();
        VaultRead read = await _app.ReadAsync(1);

        _app.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => getting).Within();
        read.Fail();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _app.GetAsync()).Within();
        Assert.Equal(1, _app.Reads);
        Assert.Empty(_app.Logs.Events(9));
    }

    private HttpClient CreateClientWithoutAddress() => _app.Services.CreateClient(VaultApp.ClientWithoutAddress);

    private async Task FailValidationAsync()
    {
        int next = _app.Reads + 1;
        Task<AccessToken> getting = _app.GetAsync();
        (await _app.ReadAsync(next)).Succeed();
        await Assert.ThrowsAsync<OptionsValidationException>(() => getting).Within();
    }
}
