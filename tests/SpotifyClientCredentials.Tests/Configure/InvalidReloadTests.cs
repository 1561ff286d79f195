using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class InvalidReloadTests
{
    [Fact]
    public async Task Reload_ToInvalidCredentials_ChangesNothingAndIsLogged()
    {
        using ReloadableProvider test = new();
        AccessToken token = await test.CacheTokenAsync();

        test.Edit("ClientSecret", " second secret");

        Assert.Same(token, await test.GetAsync());
        Assert.Equal("first secret", test.Current.ClientSecret);
        LogEntry entry = Assert.Single(test.Logs.Events(8));
        Assert.Equal(LogLevel.Error, entry.Level);
        Assert.Equal(
            "The changed settings of app '(unnamed)' are invalid; the last valid ones stay in use: Spotify:ClientSecret starts or ends with white space. Remove it.",
            entry.Message);
    }

    [Fact]
    public async Task Reload_ToAValueThatCannotBeParsed_ChangesNothingAndIsLoggedWithoutIt()
    {
        using ReloadableProvider test = new();
        AccessToken token = await test.CacheTokenAsync();

        test.Edit("RenewalWindow", TestOptions.ClientSecret);

        Assert.Same(token, await test.GetAsync());
        Assert.Equal(
            "The changed settings of app '(unnamed)' are invalid; the last valid ones stay in use: "
                + "Spotify:RenewalWindow can't be parsed. Set it to a time, written as hours:minutes:seconds (\"00:05:00\").",
            Assert.Single(test.Logs.Events(8)).Message);
        Assert.DoesNotContain(TestOptions.ClientSecret, test.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_WhenTheApplicationsCodeThrows_IsLoggedWithoutItsMessage()
    {
        Exception? failure = null;
        using ReloadableProvider test = new(register: services => services.PostConfigure<SpotifyClientCredentialsOptions>(_ =>
        {
            if (failure is not null)
            {
                throw failure;
            }
        }));
        AccessToken token = await test.CacheTokenAsync();

        failure = new InvalidOperationException("The vault says: hunter2");
        test.Edit("ClientSecret", "second secret");

        Assert.Same(token, await test.GetAsync());
        Assert.EndsWith(": InvalidOperationException", Assert.Single(test.Logs.Events(8)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", test.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_BeforeTheFirstCall_ReadsNothing()
    {
        int reads = 0;
        using ReloadableProvider test = new(register: services => services.PostConfigure<SpotifyClientCredentialsOptions>(_ => reads++));

        test.Edit("ClientSecret", "");

        Assert.Equal(0, reads);
        Assert.Empty(test.Logs.Events(8));
    }

    [Fact]
    public async Task SendAsync_WithInvalidSettings_ThrowsOnEveryCallOfOneFlow()
    {
        using ReloadableProvider test = new(configuration => configuration["Spotify:ClientSecret"] = null);
        using CountingHandler api = new();
        using HttpMessageInvoker client = new(new BearerTokenHandler(test.Provider) { InnerHandler = api });

        for (int call = 0; call < 3; call++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "https://api.spotify.com/v1/tracks/1");
            await Assert.ThrowsAsync<OptionsValidationException>(() => client.SendAsync(request, CancellationToken.None));
        }

        Assert.Equal(0, api.Count);
    }

    [Fact]
    public async Task Reload_ToInvalidCredentialsDuringAnAcquisition_DoesNotCancelIt()
    {
        using ReloadableProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(1);

        test.Edit("ClientSecret", "");
        Assert.False(acquisition.CancellationToken.IsCancellationRequested);
        acquisition.Grant();

        Assert.Equal("token-1", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task Reload_ToValidCredentialsAfterInvalidOnes_UsesThem()
    {
        using ReloadableProvider test = new();
        await test.CacheTokenAsync();
        test.Edit("ClientSecret", "");
        test.Edit("ClientId", "");

        test.Configuration["Spotify:ClientId"] = TestOptions.ClientId;
        test.Edit("ClientSecret", "second secret");

        Assert.Equal("token-2", (await test.CacheTokenAsync()).Value);
        Assert.Equal("second secret", test.Source.Acquisitions[1].Options.ClientSecret);
        Assert.Equal(2, test.Logs.Events(8).Count());
    }

    [Fact]
    public async Task Reload_BackToTheOldCredentialsAfterInvalidOnes_KeepsTheToken()
    {
        using ReloadableProvider test = new();
        AccessToken token = await test.CacheTokenAsync();

        test.Edit("ClientSecret", "");
        test.Edit("ClientSecret", "first secret");

        Assert.Same(token, await test.GetAsync());
    }

    [Fact]
    public async Task GetTokenAsync_WithInvalidSettings_ThrowsOnEveryCallUntilAValidReload()
    {
        using ReloadableProvider test = new(configuration => configuration["Spotify:ClientSecret"] = null);

        for (int call = 0; call < 3; call++)
        {
            OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(test.GetAsync);
            Assert.StartsWith("Spotify:ClientSecret is missing", failure.Message, StringComparison.Ordinal);
        }

        Assert.Empty(test.Source.Acquisitions);
        test.Edit("ClientSecret", "second secret");
        Assert.Equal("token-1", (await test.CacheTokenAsync()).Value);
        Assert.Equal("second secret", test.Source.Acquisitions[0].Options.ClientSecret);
        Assert.Empty(test.Logs.Events(8));
    }

    [Fact]
    public async Task GetTokenAsync_ByManyFirstCallers_ReadsTheSettingsOnce()
    {
        int reads = 0;
        using ReloadableProvider test = new(register: services =>
            services.PostConfigure<SpotifyClientCredentialsOptions>(_ => Interlocked.Increment(ref reads)));
        test.Source.Response = acquisition => acquisition.Grant();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(test.GetAsync))).Within();

        Assert.Equal(1, reads);
    }
}
