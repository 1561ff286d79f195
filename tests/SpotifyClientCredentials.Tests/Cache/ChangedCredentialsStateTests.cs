using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>What is known of the old credentials' tokens says nothing about the new ones.</summary>
public sealed class ChangedCredentialsStateTests
{
    [Fact]
    public async Task Reload_OfCredentials_EndsTheBackoff()
    {
        using ReloadableProvider test = new();
        Task<AccessToken> failing = test.GetAsync();
        (await test.AcquisitionAsync(1)).Fail(isTransient: false);
        await Assert.ThrowsAsync<TokenRequestException>(() => failing).Within();
        await Assert.ThrowsAsync<TokenRequestException>(test.GetAsync);

        test.Edit("ClientSecret", "second secret");

        Assert.Equal("token-2", (await test.CacheTokenAsync()).Value);
    }

    [Fact]
    public async Task Reload_OfCredentials_EndsTheWaitForTheBackoff()
    {
        using ReloadableProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        (await test.AcquisitionAsync(1)).Fail(Failures.Transient(retryAfter: TimeSpan.FromSeconds(9)));
        await Soon.UntilAsync(() => test.Logs.Events(3).Any());

        test.Edit("ClientSecret", "second secret");

        (await test.AcquisitionAsync(2)).Grant();
        Assert.Equal("token-2", (await waiting.Within()).Value);
    }

    [Fact]
    public async Task Reload_OfCredentials_FillsTheBucketOfForcedRenewals()
    {
        using ReloadableProvider test = new();
        await ReplaceFourTimesAsync(test, await test.CacheTokenAsync());

        test.Edit("ClientSecret", "second secret");

        await ReplaceFourTimesAsync(test, await test.CacheTokenAsync());
    }

    [Fact]
    public async Task Reload_OfCredentialsWhileARejectedTokenIsReplaced_ReturnsTheNewOnes()
    {
        using ReloadableProvider test = new();
        AccessToken rejected = await test.CacheTokenAsync();
        Task<AccessToken> replacing = test.Provider.GetTokenAsync(rejected).AsTask();
        await test.AcquisitionAsync(2);

        test.Edit("ClientSecret", "second secret");

        ScriptedAcquisition current = await test.AcquisitionAsync(3);
        current.Grant();
        Assert.Equal("token-3", (await replacing.Within()).Value);
        Assert.Equal(("second secret", (AccessToken?)null), (current.Options.ClientSecret, current.Rejected));
    }

    private static async Task ReplaceFourTimesAsync(ReloadableProvider test, AccessToken token)
    {
        for (int forced = 0; forced < 4; forced++)
        {
            test.Provider.Cache.OnAccepted(token, "GET /v1/tracks");
            Task<AccessToken> replacing = test.Provider.GetTokenAsync(token).AsTask();
            Assert.False(replacing.IsCompleted);
            (await test.AcquisitionAsync(test.Clock.TimersSetFor(TimeSpan.FromSeconds(10)))).Grant();
            token = await replacing.Within();
        }

        test.Provider.Cache.OnAccepted(token, "GET /v1/tracks");
        await Assert.ThrowsAsync<TokenRequestException>(async () => await test.Provider.GetTokenAsync(token));
    }
}
