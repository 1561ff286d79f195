using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class ChangedCredentialsTests
{
    [Theory]
    [InlineData("ClientId", "another id")]
    [InlineData("ClientSecret", "another secret")]
    [InlineData("TokenEndpoint", "https://accounts.example/token")]
    public async Task Reload_OfCredentials_DropsTheToken(string setting, string value)
    {
        using ReloadableProvider test = new();
        await test.CacheTokenAsync();

        test.Edit(setting, value);

        Assert.Equal("token-2", (await test.CacheTokenAsync()).Value);
        OptionsSnapshot used = test.Source.Acquisitions[1].Options;
        Assert.Contains(value, (string[])[used.ClientId, used.ClientSecret, used.TokenEndpoint.AbsoluteUri]);
        Assert.Null(test.Source.Acquisitions[1].Rejected);
    }

    [Fact]
    public async Task Reload_OfCredentialsDuringAnAcquisition_CancelsItAndItsCallersWaitForTheNewOne()
    {
        using ReloadableProvider test = new();
        Task<AccessToken>[] waiting = [test.GetAsync(), test.GetAsync()];
        ScriptedAcquisition old = await test.AcquisitionAsync(1);

        test.Edit("ClientSecret", "second secret");

        Assert.True(old.CancellationToken.IsCancellationRequested);
        ScriptedAcquisition current = await test.AcquisitionAsync(2);
        Assert.Equal(("first secret", "second secret"), (old.Options.ClientSecret, current.Options.ClientSecret));
        Assert.All(waiting, caller => Assert.False(caller.IsCompleted));
        current.Grant();
        Assert.All(await Task.WhenAll(waiting).Within(), token => Assert.Equal("token-2", token.Value));
        Assert.Equal(2, test.Source.Acquisitions.Count);
    }

    [Fact]
    public async Task Reload_OfCredentialsWhenTheOldTokenArrives_NeitherReturnsNorCachesIt()
    {
        using ReloadableProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        ScriptedAcquisition old = await test.AcquisitionAsync(1);
        // The response has arrived, and the credentials change before the token is cached.
        test.Clock.OnNextTimestamp(() => test.Edit("ClientSecret", "second secret"));

        old.Grant();
        ScriptedAcquisition current = await test.AcquisitionAsync(2);
        // The old acquisition has ended, and its timer is disposed.
        await Soon.UntilAsync(() => test.Clock.TimersPending == 1);

        Assert.False(waiting.IsCompleted);
        Assert.False(test.GetAsync().IsCompleted);
        Assert.Empty(test.Logs.Events(1));
        current.Grant();
        Assert.Equal("token-2", (await waiting.Within()).Value);
        Assert.Equal("token-2", (await test.GetAsync()).Value);
    }

    [Fact]
    public async Task Reload_OfCredentialsBeforeTheOldFailure_StartsNoBackoff()
    {
        using ReloadableProvider test = new();
        test.Source.HonorsCancellation = false;
        Task<AccessToken> waiting = test.GetAsync();
        ScriptedAcquisition old = await test.AcquisitionAsync(1);
        test.Edit("ClientSecret", "second secret");

        old.Fail(isTransient: false);
        await test.AcquisitionAsync(2);
        await Soon.UntilAsync(() => test.Clock.TimersPending == 1);

        Assert.False(waiting.IsCompleted);
        Assert.False(test.GetAsync().IsCompleted);
    }

    [Fact]
    public async Task GetTokenAsync_WithASecondLeftAtTheReload_EndsAtItsOwnLimit()
    {
        using ReloadableProvider test = new();
        _ = test.Current; // reads the settings, for which the caller would set a timer too
        Task<AccessToken> early = test.GetAsync();
        await test.AcquisitionAsync(1);
        test.Clock.Advance(TimeSpan.FromSeconds(9));
        test.Edit("ClientSecret", "second secret");
        await test.AcquisitionAsync(2);
        // The timers of the new acquisition, of the early caller, and of the old acquisition until it's disposed.
        await Soon.UntilAsync(() => test.Clock.TimersSet == 3 && test.Clock.TimersPending == 2);
        Task<AccessToken> late = test.GetAsync();

        test.Clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(early.IsCompleted);
        test.Clock.Advance(TimeSpan.FromSeconds(0.1));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => early).Within();
        Assert.True(failure.IsTransient);
        Assert.Equal("No access token came from https://accounts.spotify.com/api/token within 10 s (TokenRequestTimeout).", failure.Message);
        Assert.False(late.IsCompleted);
        test.Source.Acquisitions[1].Grant();
        Assert.Equal("token-2", (await late.Within()).Value);
    }

    [Fact]
    public async Task Reload_WithTwoChangeNotifications_RenewsOnce()
    {
        // The app is registered twice, so it has two change token sources, and both fire.
        using ReloadableProvider test = new(register: services => services.AddSpotifyClientCredentials());
        await test.CacheTokenAsync();
        test.Configuration["Spotify:ClientSecret"] = "second secret";

        test.Configuration.Reload();
        Task<AccessToken> renewing = test.GetAsync();
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(2);
        test.Configuration.Reload();

        Assert.False(acquisition.CancellationToken.IsCancellationRequested);
        acquisition.Grant();
        Assert.Equal("token-2", (await renewing.Within()).Value);
        test.Configuration.Reload();
        Assert.Equal("token-2", (await test.GetAsync()).Value);
    }

    [Fact]
    public async Task Reload_OfOtherSettings_KeepsTheTokenAndTakesEffect()
    {
        using ReloadableProvider test = new();
        AccessToken token = await test.CacheTokenAsync();

        test.Edit("RenewalWindow", "00:01:00");

        Assert.Same(token, await test.GetAsync());
        test.Clock.Advance(TimeSpan.FromMinutes(59));
        await test.CacheTokenAsync();
        Assert.Equal(TimeSpan.FromMinutes(1), test.Source.Acquisitions[1].Options.RenewalWindow);
    }

    [Fact]
    public async Task Reload_OfOtherSettingsDuringAnAcquisition_DoesNotCancelIt()
    {
        using ReloadableProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        ScriptedAcquisition acquisition = await test.AcquisitionAsync(1);

        test.Edit("RenewalWindow", "00:02:00");
        Assert.False(acquisition.CancellationToken.IsCancellationRequested);
        acquisition.Grant();

        Assert.Equal("token-1", (await waiting.Within()).Value);
    }
}
