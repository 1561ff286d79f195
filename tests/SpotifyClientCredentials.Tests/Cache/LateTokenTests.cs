using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class LateTokenTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetTokenAsync_WhenTheTokenReachesItsMarginBeforeTheCallerGetsIt_WaitsForTheNextOne(bool isAsync)
    {
        Task<AccessToken> getting = isAsync
            ? _test.GetAsync()
            : Task.Factory.StartNew(() => _test.Provider.Cache.GetToken(CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        ScriptedAcquisition late = await _test.AcquisitionAsync(1);

        // At the first read of the clock, the token is usable. Before the second, it reaches its margin.
        _test.Clock.OnNextTimestamp(() => _test.Clock.OnNextTimestamp(() => _test.Clock.Advance(TimeSpan.FromSeconds(3))));
        late.Grant(TimeSpan.FromSeconds(2));
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await getting.Within()).Value);
    }
}
