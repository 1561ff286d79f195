using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A caller that blocks while a vault hangs. It takes the whole default limit, which nothing can shorten before the settings are known.</summary>
public sealed class SynchronousSettingsTests
{
    [Fact]
    public async Task Send_WhileTheVaultHangs_EndsByTheMachinesClock()
    {
        // The app's own clock stands still.
        await using VaultApp app = VaultApp.Create();

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => Task.Run(() =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, VaultApp.Track);
            return app.Services.CreateClient(VaultApp.ApiClient).Send(request);
        })).Within();

        Assert.True(failure.IsTransient);
        Assert.Equal("The settings of app '(unnamed)' weren't read within 8 s.", failure.Message);
        Assert.Equal(1, app.Reads);
    }
}
